SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);
CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);
CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);
CREATE TYPE public.refusal_kind AS ENUM (
    'attempt',
    'over_cap',
    'not_proven',
    'named_by_two',
    'at_unlisted_site',
    'asked',
    'claimed'
);
CREATE FUNCTION public.audit_event_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;
    RETURN job_ids;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;
    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;
    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;
    RETURN _job_id;
END;
$$;
CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);
CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
 RETURN found_jobs;
END;
$$;
CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;
CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;
CREATE TABLE public.account (
    account_id bigint NOT NULL,
    role text NOT NULL,
    email_index bytea NOT NULL,
    email_sealed bytea NOT NULL,
    language text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    unit text,
    listed_at timestamp with time zone,
    signed_in_at timestamp with time zone,
    CONSTRAINT account_language_check CHECK ((language = ANY (ARRAY['id'::text, 'en'::text]))),
    CONSTRAINT account_role_check CHECK ((role = ANY (ARRAY['representative'::text, 'officer'::text, 'supervisor'::text, 'inspector'::text, 'administrator'::text, 'auditor'::text])))
);
ALTER TABLE public.account ALTER COLUMN account_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.account_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.api_key (
    nib bigint NOT NULL,
    api_key_id bigint NOT NULL,
    key_hash bytea NOT NULL,
    label text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    last_used_on date
);
ALTER TABLE public.api_key ALTER COLUMN api_key_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.api_key_api_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.application (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    period_id smallint NOT NULL,
    policy_id text NOT NULL,
    sector text NOT NULL,
    state text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    submitted_by text NOT NULL,
    idempotency_key text,
    body_digest bytea NOT NULL,
    source_format text NOT NULL,
    rows integer NOT NULL,
    accepted integer NOT NULL,
    unchanged integer NOT NULL,
    duplicate integer NOT NULL,
    exempt integer NOT NULL,
    rejected integer NOT NULL,
    pending integer NOT NULL,
    approved integer NOT NULL,
    refused integer NOT NULL,
    returned integer NOT NULL,
    problems bytea,
    version integer DEFAULT 1 NOT NULL,
    leavers integer DEFAULT 0 NOT NULL,
    late_s integer,
    late_because text,
    CONSTRAINT application_check CHECK ((rows = ((((accepted + unchanged) + duplicate) + exempt) + rejected))),
    CONSTRAINT application_check1 CHECK ((accepted = (((pending + approved) + refused) + returned))),
    CONSTRAINT application_state_check CHECK ((state = ANY (ARRAY['received'::text, 'in_review'::text, 'decided'::text, 'withdrawn'::text])))
);
CREATE SEQUENCE public.application_id_block
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.audit_event (
    event_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL
);
ALTER TABLE public.audit_event ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_event_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.authenticator (
    account_id bigint NOT NULL,
    secret_sealed bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    last_step bigint
);
CREATE TABLE public.brief_sent (
    day date NOT NULL,
    sent_at timestamp with time zone NOT NULL
);
CREATE TABLE public.bulk_application (
    bulk_id bigint NOT NULL,
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    workers integer NOT NULL,
    decided integer,
    left_because text,
    tried_at timestamp with time zone,
    done_at timestamp with time zone
);
CREATE TABLE public.bulk_decision (
    bulk_id bigint NOT NULL,
    account_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    filter jsonb NOT NULL,
    worker_reason text,
    decision text NOT NULL,
    reason text,
    remark text,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    undone_by bigint,
    stopped_because text,
    CONSTRAINT bulk_decision_decision_check CHECK ((decision = ANY (ARRAY['APPROVE'::text, 'REFUSE'::text, 'RETURN'::text])))
);
ALTER TABLE public.bulk_decision ALTER COLUMN bulk_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.bulk_decision_bulk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.certificate (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL,
    serial_no bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    sealed bytea NOT NULL
);
CREATE TABLE public.closure (
    closure_id bigint NOT NULL,
    nib bigint NOT NULL,
    reason text NOT NULL,
    citation text NOT NULL,
    from_at timestamp with time zone NOT NULL,
    until_at timestamp with time zone,
    added_by text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    lifted_by text,
    lift_reason text,
    exercise boolean DEFAULT false NOT NULL,
    CONSTRAINT closure_check CHECK ((until_at > from_at)),
    CONSTRAINT closure_check1 CHECK (((lifted_at IS NULL) = (lifted_by IS NULL))),
    CONSTRAINT closure_check2 CHECK (((lifted_at IS NULL) = (lift_reason IS NULL)))
);
ALTER TABLE public.closure ALTER COLUMN closure_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.closure_closure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.correction (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    chunk_no integer NOT NULL,
    sealed bytea NOT NULL
);
CREATE TABLE public.decision (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    nik_index bytea NOT NULL,
    state text NOT NULL,
    decided_by text NOT NULL,
    reason text,
    remark text,
    late_s integer NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answers bigint,
    CONSTRAINT decision_state_check CHECK ((state = ANY (ARRAY['approved'::text, 'refused'::text, 'returned'::text])))
);
CREATE TABLE public.desk (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    officer_id bigint,
    lease_until timestamp with time zone,
    not_for bigint,
    cannot_open text,
    leased_at timestamp with time zone,
    escalated_at timestamp with time zone,
    escalated_by bigint,
    escalated_because text,
    escalation_note text
);
CREATE TABLE public.desk_event (
    at timestamp with time zone NOT NULL,
    applications integer DEFAULT 0 NOT NULL,
    workers integer DEFAULT 0 NOT NULL,
    decided_applications integer DEFAULT 0 NOT NULL,
    decided_workers integer DEFAULT 0 NOT NULL,
    late_workers integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.desk_forecast (
    is_newest boolean DEFAULT true NOT NULL,
    at timestamp with time zone NOT NULL,
    told jsonb NOT NULL,
    alarmed_at timestamp with time zone,
    missing_told_at timestamp with time zone,
    CONSTRAINT desk_forecast_is_newest_check CHECK (is_newest)
);
CREATE TABLE public.desk_presence (
    step_at timestamp with time zone NOT NULL,
    officer_id bigint NOT NULL,
    came_at timestamp with time zone
);
CREATE TABLE public.desk_step (
    step_at timestamp with time zone NOT NULL,
    applications integer DEFAULT 0 NOT NULL,
    workers integer DEFAULT 0 NOT NULL,
    decided_applications integer DEFAULT 0 NOT NULL,
    decided_workers integer DEFAULT 0 NOT NULL,
    late_workers integer DEFAULT 0 NOT NULL,
    waiting integer,
    officers real
);
CREATE TABLE public.digest_line (
    account_id bigint NOT NULL,
    notice_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    nib bigint NOT NULL,
    application_id bigint,
    count integer NOT NULL,
    until_at timestamp with time zone,
    outcome text,
    period_id smallint,
    other_nib bigint
);
CREATE UNLOGGED TABLE public.document (
    document_id bigint NOT NULL,
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    form text NOT NULL,
    version text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    pages integer NOT NULL,
    made integer DEFAULT 0 NOT NULL,
    held_until timestamp with time zone,
    failed text,
    size_bytes bigint,
    forget_at timestamp with time zone NOT NULL,
    CONSTRAINT document_form_check CHECK ((form = ANY (ARRAY['pdf'::text, 'zip'::text])))
);
CREATE UNLOGGED TABLE public.document_chunk (
    document_id bigint NOT NULL,
    chunk_no integer NOT NULL,
    sealed bytea NOT NULL
);
ALTER TABLE ONLY public.document_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE public.document ALTER COLUMN document_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.document_document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.employer (
    nib bigint NOT NULL,
    name text NOT NULL,
    kbli text[] NOT NULL,
    kbli_edition smallint NOT NULL,
    kind text NOT NULL,
    region text NOT NULL,
    staff_service integer,
    staff_administration integer,
    email_sealed bytea,
    import_id bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    email_index bytea,
    CONSTRAINT employer_kind_check CHECK ((kind = ANY (ARRAY['private'::text, 'government'::text]))),
    CONSTRAINT employer_nib_check CHECK (((nib >= 0) AND (nib <= '9999999999999'::bigint)))
);
CREATE TABLE public.employer_import (
    import_id bigint NOT NULL,
    file_name text NOT NULL,
    file_sha256 bytea NOT NULL,
    rows integer NOT NULL,
    inserted integer NOT NULL,
    updated integer NOT NULL,
    unchanged integer NOT NULL,
    rejected integer NOT NULL,
    problems jsonb NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    CONSTRAINT employer_import_check CHECK ((rows = (((inserted + updated) + unchanged) + rejected)))
);
ALTER TABLE public.employer_import ALTER COLUMN import_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.employer_import_import_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.engagement (
    nik_index bytea NOT NULL,
    period_id smallint NOT NULL,
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL
);
CREATE TABLE public.epoch (
    epoch bigint NOT NULL,
    purpose text NOT NULL,
    drawn_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT epoch_purpose_check CHECK ((purpose = ANY (ARRAY['application'::text, 'serial'::text])))
);
CREATE TABLE public.evidence (
    evidence_id bigint NOT NULL,
    nib bigint NOT NULL,
    period_id smallint NOT NULL,
    kind text NOT NULL,
    sector text NOT NULL,
    state text NOT NULL,
    pages smallint NOT NULL,
    size_bytes integer NOT NULL,
    digest bytea NOT NULL,
    idempotency_key text,
    attached_by text NOT NULL,
    attached_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    decided_by text,
    decided_at timestamp with time zone,
    reason text,
    until_on date,
    ruling_id bigint,
    forget_at timestamp with time zone NOT NULL,
    CONSTRAINT evidence_pages_check CHECK (((pages >= 1) AND (pages <= 20))),
    CONSTRAINT evidence_size_bytes_check CHECK (((size_bytes >= 1) AND (size_bytes <= 1000000))),
    CONSTRAINT evidence_state_check CHECK ((state = ANY (ARRAY['uploaded'::text, 'being_read'::text, 'proposed'::text, 'accepted'::text, 'refused'::text, 'replaced'::text])))
);
CREATE TABLE public.evidence_attempt (
    asker text NOT NULL,
    on_day date NOT NULL,
    attempts integer NOT NULL,
    until_at timestamp with time zone NOT NULL
);
CREATE TABLE public.evidence_chunk (
    evidence_id bigint NOT NULL,
    page_no smallint NOT NULL,
    chunk_no smallint NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT evidence_chunk_sealed_check CHECK ((octet_length(sealed) <= 131200))
);
ALTER TABLE public.evidence ALTER COLUMN evidence_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.evidence_evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.figure_event (
    at timestamp with time zone NOT NULL,
    exercise boolean DEFAULT false NOT NULL,
    sector text DEFAULT ''::text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    officer_id bigint DEFAULT 0 NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    applications integer DEFAULT 0 NOT NULL,
    workers integer DEFAULT 0 NOT NULL,
    told_apart integer DEFAULT 0 NOT NULL,
    approved integer DEFAULT 0 NOT NULL,
    refused integer DEFAULT 0 NOT NULL,
    returned integer DEFAULT 0 NOT NULL,
    late integer DEFAULT 0 NOT NULL,
    let_in integer DEFAULT 0 NOT NULL,
    accounts integer DEFAULT 0 NOT NULL,
    answered integer DEFAULT 0 NOT NULL,
    waited_s bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.figure_hour (
    hour timestamp with time zone NOT NULL,
    exercise boolean NOT NULL,
    sector text NOT NULL,
    region text NOT NULL,
    officer_id bigint NOT NULL,
    reason text NOT NULL,
    applications bigint NOT NULL,
    workers bigint NOT NULL,
    told_apart bigint NOT NULL,
    approved bigint NOT NULL,
    refused bigint NOT NULL,
    returned bigint NOT NULL,
    late bigint NOT NULL,
    let_in bigint NOT NULL,
    accounts bigint NOT NULL,
    answered bigint DEFAULT 0 NOT NULL,
    waited_s bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.former_certificate (
    serial_no bigint NOT NULL,
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    sealed bytea NOT NULL,
    request_key bytea
);
CREATE TABLE public.group_act (
    act_id bigint NOT NULL,
    act text NOT NULL,
    nib bigint,
    sector text,
    period_id smallint,
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone NOT NULL,
    certificates integer DEFAULT 0 NOT NULL,
    done_at timestamp with time zone,
    undone_at timestamp with time zone,
    undone_by text,
    undo_reason text,
    CONSTRAINT group_act_act_check CHECK ((act = ANY (ARRAY['suspend'::text, 'revoke'::text]))),
    CONSTRAINT group_act_check CHECK (((nib IS NOT NULL) OR (sector IS NOT NULL) OR (period_id IS NOT NULL))),
    CONSTRAINT group_act_check1 CHECK (((undone_at IS NULL) = (undone_by IS NULL)))
);
ALTER TABLE public.group_act ALTER COLUMN act_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.group_act_act_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.handover (
    handover_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    recipient text NOT NULL,
    purpose text NOT NULL,
    from_day date NOT NULL,
    until_day date NOT NULL,
    form text NOT NULL,
    exercise boolean NOT NULL,
    employers integer NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 bytea NOT NULL,
    CONSTRAINT handover_form_check CHECK ((form = ANY (ARRAY['json'::text, 'csv'::text, 'xlsx'::text, 'pdf'::text]))),
    CONSTRAINT handover_sha256_check CHECK ((length(sha256) = 32))
);
CREATE TABLE public.handover_chunk (
    handover_id bigint NOT NULL,
    chunk_no integer NOT NULL,
    sealed bytea NOT NULL
);
ALTER TABLE ONLY public.handover_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE public.handover ALTER COLUMN handover_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.handover_handover_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.hit_hour (
    hour timestamp with time zone NOT NULL,
    kind text NOT NULL,
    hits bigint NOT NULL
);
CREATE TABLE public.hit_log (
    is_only boolean DEFAULT true NOT NULL,
    file_id text NOT NULL,
    head bytea NOT NULL,
    head_bytes integer NOT NULL,
    offset_bytes bigint NOT NULL,
    unreadable bigint DEFAULT 0 NOT NULL,
    CONSTRAINT hit_log_is_only_check CHECK (is_only)
);
CREATE TABLE public.hosting (
    nib bigint NOT NULL,
    period_id smallint NOT NULL,
    host_nib bigint NOT NULL,
    state text NOT NULL,
    service integer DEFAULT 0 NOT NULL,
    administration integer DEFAULT 0 NOT NULL,
    until_on date,
    reason text DEFAULT ''::text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    decided_by text,
    decided_at timestamp with time zone,
    proposed_by text,
    proposed_service integer,
    proposed_administration integer,
    proposed_until date,
    CONSTRAINT hosting_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'confirmed'::text, 'declined'::text, 'withdrawn'::text])))
);
CREATE TABLE public.installation (
    only_one boolean DEFAULT true NOT NULL,
    made_on text NOT NULL,
    first_list_given boolean DEFAULT false NOT NULL,
    issuing_stopped_at timestamp with time zone,
    issuing_stopped_because text,
    restored_at timestamp with time zone,
    restored_to timestamp with time zone,
    lists_taken_to timestamp with time zone,
    restore_acknowledged_at timestamp with time zone,
    CONSTRAINT installation_only_one_check CHECK (only_one)
);
CREATE TABLE public.issue_task (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    after_row integer DEFAULT 0 NOT NULL,
    put_off_because text,
    workers integer
);
CREATE TABLE public.key_print (
    name text NOT NULL,
    print bytea NOT NULL,
    kept_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.leaving (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL,
    ends_at timestamp with time zone NOT NULL
);
CREATE TABLE public.letter_choice (
    account_id bigint NOT NULL,
    kind text NOT NULL,
    delivery text NOT NULL,
    CONSTRAINT letter_choice_delivery_check CHECK ((delivery = ANY (ARRAY['now'::text, 'daily'::text, 'never'::text])))
);
CREATE TABLE public.letters_of_day (
    account_id bigint NOT NULL,
    day date NOT NULL,
    sent integer NOT NULL
);
CREATE TABLE public.list_period (
    list_no bigint NOT NULL,
    period_id smallint NOT NULL
);
CREATE TABLE public.mail (
    mail_id uuid NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    useful_until timestamp with time zone,
    priority smallint DEFAULT 1 NOT NULL,
    try_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    refused_at timestamp with time zone,
    refusal smallint
);
CREATE TABLE public.mailbox_letters (
    mailbox bytea NOT NULL,
    code_letters_at timestamp with time zone[] NOT NULL,
    forget_at timestamp with time zone NOT NULL
);
CREATE TABLE public.notice (
    notice_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    nib bigint NOT NULL,
    application_id bigint,
    account_id bigint,
    count integer DEFAULT 1 NOT NULL,
    until_at timestamp with time zone,
    outcome text,
    period_id smallint,
    other_nib bigint
);
ALTER TABLE public.notice ALTER COLUMN notice_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.notice_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.objection (
    objection_id bigint NOT NULL,
    about text NOT NULL,
    nib bigint NOT NULL,
    application_id bigint,
    row_no integer,
    thing text NOT NULL,
    body text NOT NULL,
    filed_by text NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    first_by text[] NOT NULL,
    idempotency_key text,
    outcome text,
    reason text,
    decided_by text,
    decided_at timestamp with time zone,
    CONSTRAINT objection_about_check CHECK ((about = ANY (ARRAY['sector'::text, 'cap'::text, 'worker'::text, 'claim'::text, 'closure'::text]))),
    CONSTRAINT objection_check CHECK (((decided_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT objection_check1 CHECK ((decided_by <> ALL (first_by))),
    CONSTRAINT objection_outcome_check CHECK ((outcome = ANY (ARRAY['upheld'::text, 'rejected'::text, 'over'::text])))
);
ALTER TABLE public.objection ALTER COLUMN objection_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.objection_objection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.one_time_code (
    purpose text NOT NULL,
    subject bytea NOT NULL,
    code_mac bytea NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT one_time_code_purpose_check CHECK ((purpose = ANY (ARRAY['sign-in'::text, 'claim'::text])))
);
CREATE TABLE public.passkey (
    credential_id bytea NOT NULL,
    account_id bigint NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up boolean NOT NULL,
    added_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
CREATE TABLE public.period (
    period_id smallint NOT NULL,
    code text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    name_id text DEFAULT ''::text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    exercise boolean DEFAULT false NOT NULL,
    CONSTRAINT period_check CHECK ((starts_on <= ends_on))
);
CREATE TABLE public.policy (
    policy_id text NOT NULL,
    effective_from date NOT NULL,
    document jsonb NOT NULL,
    loaded_at timestamp with time zone NOT NULL,
    activated_at timestamp with time zone,
    active_document jsonb,
    activation_no bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.policy_change (
    change_no bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    policy_id text NOT NULL,
    before jsonb NOT NULL,
    undone_at timestamp with time zone,
    undone_by text,
    CONSTRAINT policy_change_action_check CHECK ((action = ANY (ARRAY['policy-activated'::text, 'policy-withdrawn'::text])))
);
ALTER TABLE public.policy_change ALTER COLUMN change_no ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.policy_change_change_no_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.process_loop (
    process_id uuid NOT NULL,
    kind text NOT NULL,
    loop text NOT NULL,
    succeeded_at timestamp with time zone NOT NULL,
    bound_s double precision NOT NULL,
    restarts integer NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    release smallint,
    CONSTRAINT process_loop_kind_check CHECK ((kind = ANY (ARRAY['web'::text, 'worker'::text])))
);
CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);
CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;
CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;
CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;
CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.proposal (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL,
    account_id bigint NOT NULL,
    remark text,
    proposed_at timestamp with time zone NOT NULL,
    declined_by bigint,
    declined_at timestamp with time zone
);
CREATE TABLE public.quota_use (
    nib bigint NOT NULL,
    period_id smallint NOT NULL,
    service integer NOT NULL,
    administration integer NOT NULL,
    claims_told integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.rate_limit (
    bucket bytea NOT NULL,
    busy_until timestamp with time zone NOT NULL
);
CREATE TABLE public.recovery_code (
    account_id bigint NOT NULL,
    number smallint NOT NULL,
    code_hash text NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.refusal_count (
    nib bigint NOT NULL,
    day date NOT NULL,
    kind public.refusal_kind NOT NULL,
    other_nib bigint DEFAULT 0 NOT NULL,
    exercise boolean NOT NULL,
    sector text NOT NULL,
    filings integer NOT NULL,
    workers integer NOT NULL
)
WITH (fillfactor='80');
CREATE TABLE public.refusal_event (
    nib bigint NOT NULL,
    day date NOT NULL,
    kind public.refusal_kind NOT NULL,
    other_nib bigint NOT NULL,
    exercise boolean NOT NULL,
    sector text NOT NULL,
    workers integer NOT NULL
);
CREATE TABLE public.region (
    code text NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.representation (
    nib bigint NOT NULL,
    account_id bigint NOT NULL,
    state text NOT NULL,
    reason text,
    claimed_at timestamp with time zone NOT NULL,
    active_at timestamp with time zone,
    decided_by text,
    decided_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    due_at timestamp with time zone,
    CONSTRAINT representation_check CHECK (((state <> 'active'::text) OR (active_at IS NOT NULL))),
    CONSTRAINT representation_reason_check CHECK ((reason = ANY (ARRAY['no-address'::text, 'cannot-read-address'::text, 'disputed'::text, 'refused-before'::text]))),
    CONSTRAINT representation_state_check CHECK ((state = ANY (ARRAY['pending_code'::text, 'pending_officer'::text, 'active'::text, 'refused'::text])))
);
CREATE TABLE public.rescreen_task (
    nib bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL
);
CREATE TABLE public.rescreening (
    rescreening_id bigint NOT NULL,
    cause text NOT NULL,
    subject text NOT NULL,
    period_id smallint NOT NULL,
    unfit text NOT NULL,
    before jsonb,
    before_activated_on date,
    actor text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    act_id bigint,
    employers integer,
    suspended integer DEFAULT 0 NOT NULL,
    restored integer DEFAULT 0 NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT rescreening_cause_check CHECK ((cause = ANY (ARRAY['rules'::text, 'registry'::text]))),
    CONSTRAINT rescreening_unfit_check CHECK ((unfit = ANY (ARRAY['run-out'::text, 'suspend'::text, 'hold'::text])))
);
ALTER TABLE public.rescreening ALTER COLUMN rescreening_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rescreening_rescreening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.revocation (
    serial_no bigint NOT NULL,
    status smallint NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    revoked_at timestamp with time zone NOT NULL,
    kind text DEFAULT 'revoked'::text NOT NULL,
    nib bigint,
    application_id bigint,
    row_no integer,
    act_id bigint,
    CONSTRAINT revocation_kind_check CHECK ((kind = ANY (ARRAY['suspended'::text, 'revoked'::text, 'replaced'::text, 'ended'::text]))),
    CONSTRAINT revocation_status_check CHECK ((status = ANY (ARRAY[1, 2])))
);
CREATE TABLE public.ruling (
    ruling_id bigint NOT NULL,
    nib bigint NOT NULL,
    state text NOT NULL,
    sector text,
    staff_service integer,
    staff_administration integer,
    evidence boolean NOT NULL,
    until_on date,
    reason text NOT NULL,
    citation text NOT NULL,
    made_by text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    decided_by text,
    decided_at timestamp with time zone,
    withdrawn_by text,
    withdrawn_at timestamp with time zone,
    withdrawn_why text,
    exercise boolean DEFAULT false NOT NULL,
    CONSTRAINT ruling_check CHECK ((decided_by <> made_by)),
    CONSTRAINT ruling_staff_administration_check CHECK ((staff_administration >= 0)),
    CONSTRAINT ruling_staff_service_check CHECK ((staff_service >= 0)),
    CONSTRAINT ruling_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'in_force'::text, 'replaced'::text, 'declined'::text, 'withdrawn'::text])))
);
ALTER TABLE public.ruling ALTER COLUMN ruling_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ruling_ruling_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sample (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL,
    drawn_at timestamp with time zone NOT NULL,
    officer_id bigint,
    checked_at timestamp with time zone,
    outcome text,
    drawn_because text DEFAULT 'unknown'::text NOT NULL,
    lot_checked_at timestamp with time zone,
    lot_outcome text,
    CONSTRAINT sample_outcome_check CHECK ((outcome = ANY (ARRAY['confirmed'::text, 'revoked'::text])))
);
CREATE TABLE public.schema_migration (
    number smallint NOT NULL,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE SEQUENCE public.serial_block
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    account_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    factor text DEFAULT 'mail'::text NOT NULL,
    credential_id bytea,
    ended_because text
);
CREATE TABLE public.sign_in_link (
    secret_hash bytea NOT NULL,
    lane bytea NOT NULL,
    email_sealed bytea NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.sign_in_step (
    token_hash bytea NOT NULL,
    account_id bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    passed_at timestamp with time zone
);
CREATE TABLE public.staff_declaration (
    nib bigint NOT NULL,
    period_id smallint NOT NULL,
    service integer NOT NULL,
    administration integer NOT NULL,
    partners integer NOT NULL,
    declared_by text NOT NULL,
    declared_at timestamp with time zone NOT NULL,
    drawn boolean NOT NULL,
    seen_by text,
    seen_at timestamp with time zone,
    changes integer DEFAULT 1 NOT NULL,
    CONSTRAINT staff_declaration_administration_check CHECK ((administration >= 0)),
    CONSTRAINT staff_declaration_partners_check CHECK ((partners >= 0)),
    CONSTRAINT staff_declaration_service_check CHECK ((service >= 0))
);
CREATE TABLE public.standing_task (
    rescreening_id bigint NOT NULL,
    nib bigint NOT NULL,
    may_suspend boolean NOT NULL,
    looked_at timestamp with time zone
);
CREATE TABLE public.status_change (
    list_no bigint NOT NULL,
    version bigint NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    serials bigint[]
);
CREATE TABLE public.status_list (
    list_no bigint NOT NULL,
    version bigint NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.waiting_admission (
    seat bytea NOT NULL,
    lane text NOT NULL,
    place bigint NOT NULL,
    serving bigint NOT NULL,
    admitted_at timestamp with time zone NOT NULL,
    entry_no bigint NOT NULL
);
ALTER TABLE public.waiting_admission ALTER COLUMN entry_no ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.waiting_admission_entry_no_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.waiting_draw (
    opening_id smallint NOT NULL,
    lane text NOT NULL,
    first bigint NOT NULL,
    count bigint
);
CREATE TABLE public.waiting_lane (
    lane text NOT NULL,
    issued bigint DEFAULT 0 NOT NULL,
    serving bigint DEFAULT 0 NOT NULL,
    credit double precision DEFAULT 0 NOT NULL,
    rate double precision DEFAULT 0 NOT NULL,
    CONSTRAINT waiting_lane_check CHECK ((serving <= issued)),
    CONSTRAINT waiting_lane_lane_check CHECK ((lane = ANY (ARRAY['employers'::text, 'individuals'::text, 'officials'::text])))
);
CREATE TABLE public.waiting_opening (
    opening_id smallint NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    commitment bytea NOT NULL,
    seed_sealed bytea NOT NULL,
    seed bytea,
    opened_at timestamp with time zone,
    CONSTRAINT waiting_opening_check CHECK (((seed IS NULL) = (opened_at IS NULL)))
);
ALTER TABLE public.waiting_opening ALTER COLUMN opening_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.waiting_opening_opening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.waiting_process (
    process_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    delay_s double precision NOT NULL,
    shed integer NOT NULL,
    finished integer NOT NULL,
    inside integer NOT NULL,
    admitted integer NOT NULL,
    at_door integer NOT NULL
);
CREATE TABLE public.waiting_repeat (
    key_hash bytea NOT NULL,
    ticket text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.waiting_room (
    only_one boolean DEFAULT true NOT NULL,
    mode text DEFAULT 'auto'::text NOT NULL,
    active boolean DEFAULT false NOT NULL,
    controller text DEFAULT '{}'::text NOT NULL,
    ticked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT waiting_room_mode_check CHECK ((mode = ANY (ARRAY['auto'::text, 'on'::text, 'off'::text]))),
    CONSTRAINT waiting_room_only_one_check CHECK (only_one)
);
CREATE TABLE public.waiting_seat (
    account_id bigint NOT NULL,
    lane text NOT NULL,
    place bigint NOT NULL,
    ticket text NOT NULL,
    kept_at timestamp with time zone NOT NULL
);
CREATE TABLE public.waiting_served (
    lane text NOT NULL,
    minute timestamp with time zone NOT NULL,
    serving bigint NOT NULL,
    issued bigint NOT NULL
);
CREATE TABLE public.worker (
    nib bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no integer NOT NULL,
    nik_index bytea NOT NULL,
    site_type text NOT NULL,
    state text NOT NULL,
    screening text NOT NULL,
    reasons text,
    remark text,
    sealed bytea NOT NULL,
    host_nib bigint,
    host_sector text,
    CONSTRAINT worker_screening_check CHECK ((screening = ANY (ARRAY['PASS'::text, 'REFER'::text, 'REFUSE'::text]))),
    CONSTRAINT worker_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'refused'::text, 'returned'::text])))
);
CREATE TABLE public.wrong_code (
    scope bytea NOT NULL,
    wrong integer NOT NULL,
    ends_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_email_index_key UNIQUE (email_index);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (nib, api_key_id);
ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_pkey PRIMARY KEY (nib, application_id);
ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.authenticator
    ADD CONSTRAINT authenticator_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.brief_sent
    ADD CONSTRAINT brief_sent_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.bulk_application
    ADD CONSTRAINT bulk_application_pkey PRIMARY KEY (bulk_id, application_id);
ALTER TABLE ONLY public.bulk_decision
    ADD CONSTRAINT bulk_decision_pkey PRIMARY KEY (bulk_id);
ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (nib, application_id, row_no);
ALTER TABLE ONLY public.closure
    ADD CONSTRAINT closure_pkey PRIMARY KEY (closure_id);
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_pkey PRIMARY KEY (nib, application_id, chunk_no);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (nib, application_id, row_no, decided_at);
ALTER TABLE ONLY public.desk_forecast
    ADD CONSTRAINT desk_forecast_pkey PRIMARY KEY (is_newest);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT desk_pkey PRIMARY KEY (nib, application_id);
ALTER TABLE ONLY public.desk_presence
    ADD CONSTRAINT desk_presence_pkey PRIMARY KEY (step_at, officer_id);
ALTER TABLE ONLY public.desk_step
    ADD CONSTRAINT desk_step_pkey PRIMARY KEY (step_at);
ALTER TABLE ONLY public.digest_line
    ADD CONSTRAINT digest_line_pkey PRIMARY KEY (account_id, notice_id);
ALTER TABLE ONLY public.document_chunk
    ADD CONSTRAINT document_chunk_pkey PRIMARY KEY (document_id, chunk_no);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_nib_application_id_form_key UNIQUE (nib, application_id, form);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (document_id);
ALTER TABLE ONLY public.employer_import
    ADD CONSTRAINT employer_import_pkey PRIMARY KEY (import_id);
ALTER TABLE ONLY public.employer
    ADD CONSTRAINT employer_pkey PRIMARY KEY (nib);
ALTER TABLE ONLY public.engagement
    ADD CONSTRAINT engagement_pkey PRIMARY KEY (nik_index, period_id, nib);
ALTER TABLE ONLY public.epoch
    ADD CONSTRAINT epoch_pkey PRIMARY KEY (epoch);
ALTER TABLE ONLY public.evidence_attempt
    ADD CONSTRAINT evidence_attempt_pkey PRIMARY KEY (asker, on_day);
ALTER TABLE ONLY public.evidence_chunk
    ADD CONSTRAINT evidence_chunk_pkey PRIMARY KEY (evidence_id, page_no, chunk_no);
ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (evidence_id);
ALTER TABLE ONLY public.figure_hour
    ADD CONSTRAINT figure_hour_pkey PRIMARY KEY (hour, exercise, sector, region, officer_id, reason);
ALTER TABLE ONLY public.former_certificate
    ADD CONSTRAINT former_certificate_pkey PRIMARY KEY (serial_no);
ALTER TABLE ONLY public.group_act
    ADD CONSTRAINT group_act_pkey PRIMARY KEY (act_id);
ALTER TABLE ONLY public.handover_chunk
    ADD CONSTRAINT handover_chunk_pkey PRIMARY KEY (handover_id, chunk_no);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_pkey PRIMARY KEY (handover_id);
ALTER TABLE ONLY public.hit_hour
    ADD CONSTRAINT hit_hour_pkey PRIMARY KEY (hour, kind);
ALTER TABLE ONLY public.hit_log
    ADD CONSTRAINT hit_log_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY public.hosting
    ADD CONSTRAINT hosting_pkey PRIMARY KEY (nib, period_id, host_nib);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (only_one);
ALTER TABLE ONLY public.issue_task
    ADD CONSTRAINT issue_task_pkey PRIMARY KEY (nib, application_id);
ALTER TABLE ONLY public.key_print
    ADD CONSTRAINT key_print_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.leaving
    ADD CONSTRAINT leaving_pkey PRIMARY KEY (nib, application_id, row_no);
ALTER TABLE ONLY public.letter_choice
    ADD CONSTRAINT letter_choice_pkey PRIMARY KEY (account_id, kind);
ALTER TABLE ONLY public.letters_of_day
    ADD CONSTRAINT letters_of_day_pkey PRIMARY KEY (account_id, day);
ALTER TABLE ONLY public.list_period
    ADD CONSTRAINT list_period_pkey PRIMARY KEY (list_no, period_id);
ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_pkey PRIMARY KEY (mail_id);
ALTER TABLE ONLY public.mailbox_letters
    ADD CONSTRAINT mailbox_letters_pkey PRIMARY KEY (mailbox);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (notice_id);
ALTER TABLE ONLY public.objection
    ADD CONSTRAINT objection_pkey PRIMARY KEY (objection_id);
ALTER TABLE ONLY public.one_time_code
    ADD CONSTRAINT one_time_code_pkey PRIMARY KEY (purpose, subject);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (credential_id);
ALTER TABLE ONLY public.period
    ADD CONSTRAINT period_code_key UNIQUE (code);
ALTER TABLE ONLY public.period
    ADD CONSTRAINT period_pkey PRIMARY KEY (period_id);
ALTER TABLE ONLY public.policy_change
    ADD CONSTRAINT policy_change_pkey PRIMARY KEY (change_no);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (policy_id);
ALTER TABLE ONLY public.process_loop
    ADD CONSTRAINT process_loop_pkey PRIMARY KEY (process_id, loop);
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);
ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_pkey PRIMARY KEY (nib, application_id, row_no);
ALTER TABLE ONLY public.quota_use
    ADD CONSTRAINT quota_use_pkey PRIMARY KEY (nib, period_id);
ALTER TABLE ONLY public.rate_limit
    ADD CONSTRAINT rate_limit_pkey PRIMARY KEY (bucket);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, number);
ALTER TABLE ONLY public.refusal_count
    ADD CONSTRAINT refusal_count_pkey PRIMARY KEY (nib, day, kind, other_nib, exercise);
ALTER TABLE ONLY public.region
    ADD CONSTRAINT region_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.representation
    ADD CONSTRAINT representation_pkey PRIMARY KEY (nib, account_id);
ALTER TABLE ONLY public.rescreen_task
    ADD CONSTRAINT rescreen_task_pkey PRIMARY KEY (nib);
ALTER TABLE ONLY public.rescreening
    ADD CONSTRAINT rescreening_pkey PRIMARY KEY (rescreening_id);
ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_pkey PRIMARY KEY (serial_no);
ALTER TABLE ONLY public.ruling
    ADD CONSTRAINT ruling_pkey PRIMARY KEY (ruling_id);
ALTER TABLE ONLY public.sample
    ADD CONSTRAINT sample_pkey PRIMARY KEY (nib, application_id, row_no);
ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.sign_in_link
    ADD CONSTRAINT sign_in_link_pkey PRIMARY KEY (secret_hash);
ALTER TABLE ONLY public.sign_in_step
    ADD CONSTRAINT sign_in_step_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.staff_declaration
    ADD CONSTRAINT staff_declaration_pkey PRIMARY KEY (nib, period_id);
ALTER TABLE ONLY public.standing_task
    ADD CONSTRAINT standing_task_pkey PRIMARY KEY (rescreening_id, nib);
ALTER TABLE ONLY public.status_change
    ADD CONSTRAINT status_change_pkey PRIMARY KEY (list_no, version);
ALTER TABLE ONLY public.status_list
    ADD CONSTRAINT status_list_pkey PRIMARY KEY (list_no);
ALTER TABLE ONLY public.waiting_admission
    ADD CONSTRAINT waiting_admission_pkey PRIMARY KEY (seat);
ALTER TABLE ONLY public.waiting_draw
    ADD CONSTRAINT waiting_draw_pkey PRIMARY KEY (opening_id, lane);
ALTER TABLE ONLY public.waiting_lane
    ADD CONSTRAINT waiting_lane_pkey PRIMARY KEY (lane);
ALTER TABLE ONLY public.waiting_opening
    ADD CONSTRAINT waiting_opening_pkey PRIMARY KEY (opening_id);
ALTER TABLE ONLY public.waiting_process
    ADD CONSTRAINT waiting_process_pkey PRIMARY KEY (process_id);
ALTER TABLE ONLY public.waiting_repeat
    ADD CONSTRAINT waiting_repeat_pkey PRIMARY KEY (key_hash);
ALTER TABLE ONLY public.waiting_room
    ADD CONSTRAINT waiting_room_pkey PRIMARY KEY (only_one);
ALTER TABLE ONLY public.waiting_seat
    ADD CONSTRAINT waiting_seat_pkey PRIMARY KEY (account_id, lane);
ALTER TABLE ONLY public.waiting_served
    ADD CONSTRAINT waiting_served_pkey PRIMARY KEY (lane, minute);
ALTER TABLE ONLY public.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (nib, application_id, row_no);
ALTER TABLE ONLY public.wrong_code
    ADD CONSTRAINT wrong_code_pkey PRIMARY KEY (scope);
CREATE INDEX account_official ON public.account USING btree (account_id) WHERE (role <> 'representative'::text);
CREATE INDEX api_key_by_hash ON public.api_key USING btree (key_hash);
CREATE INDEX api_key_by_maker ON public.api_key USING btree (created_by) WHERE (withdrawn_at IS NULL);
CREATE INDEX application_by_id ON public.application USING btree (application_id);
CREATE UNIQUE INDEX application_idempotency ON public.application USING btree (nib, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX application_late ON public.application USING btree (decided_at) WHERE (late_s IS NOT NULL);
CREATE INDEX application_newest ON public.application USING btree (nib, submitted_at, application_id);
CREATE INDEX audit_event_by_actor ON public.audit_event USING btree (actor, event_id);
CREATE INDEX audit_event_by_subject ON public.audit_event USING btree (subject, event_id);
CREATE INDEX audit_event_by_time ON public.audit_event USING brin (at);
CREATE INDEX audit_event_decided ON public.audit_event USING btree (at) WHERE (action = 'application-decided'::text);
CREATE UNIQUE INDEX bulk_open ON public.bulk_decision USING btree (account_id) WHERE (ended_at IS NULL);
CREATE INDEX bulk_waiting ON public.bulk_application USING btree (bulk_id, application_id) WHERE (done_at IS NULL);
CREATE INDEX certificate_by_serial ON public.certificate USING btree (serial_no);
CREATE INDEX closure_by_employer ON public.closure USING btree (nib);
CREATE INDEX closure_not_lifted ON public.closure USING btree (from_at) WHERE (lifted_at IS NULL);
CREATE INDEX closure_of_exercise ON public.closure USING btree (closure_id) WHERE (exercise AND (lifted_at IS NULL));
CREATE INDEX decision_answers ON public.decision USING btree (nib, answers, nik_index) WHERE (answers IS NOT NULL);
CREATE INDEX decision_by_time ON public.decision USING btree (decided_at);
CREATE INDEX decision_returned ON public.decision USING btree (nib, nik_index, decided_at) WHERE (state = 'returned'::text);
CREATE INDEX desk_by_deadline ON public.desk USING btree (due_at, application_id);
CREATE INDEX desk_by_officer ON public.desk USING btree (officer_id) WHERE (officer_id IS NOT NULL);
CREATE INDEX desk_escalated ON public.desk USING btree (due_at, application_id) WHERE (escalated_at IS NOT NULL);
CREATE INDEX digest_line_by_time ON public.digest_line USING btree (at);
CREATE INDEX document_forget ON public.document USING btree (forget_at);
CREATE INDEX evidence_attempt_until ON public.evidence_attempt USING btree (until_at);
CREATE INDEX evidence_by_employer ON public.evidence USING btree (nib, evidence_id);
CREATE INDEX evidence_forget ON public.evidence USING btree (forget_at);
CREATE UNIQUE INDEX evidence_key ON public.evidence USING btree (nib, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE UNIQUE INDEX evidence_open ON public.evidence USING btree (nib, period_id, kind) WHERE (state = ANY (ARRAY['uploaded'::text, 'being_read'::text, 'proposed'::text, 'accepted'::text]));
CREATE INDEX evidence_waiting ON public.evidence USING btree (attached_at) WHERE (state = ANY (ARRAY['uploaded'::text, 'being_read'::text]));
CREATE INDEX former_certificate_by_worker ON public.former_certificate USING btree (nib, application_id, row_no, serial_no);
CREATE INDEX hosting_asked ON public.hosting USING btree (asked_at) WHERE (state = 'asked'::text);
CREATE INDEX hosting_of_host ON public.hosting USING btree (host_nib, period_id, nib);
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));
CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);
CREATE INDEX issue_task_by_deadline ON public.issue_task USING btree (due_at, nib, application_id);
CREATE INDEX issue_task_large ON public.issue_task USING btree (due_at, nib, application_id) WHERE (workers > 1500);
CREATE INDEX leaving_by_end ON public.leaving USING btree (ends_at);
CREATE INDEX letters_of_day_by_day ON public.letters_of_day USING btree (day);
CREATE INDEX mail_by_age ON public.mail USING btree (created_at);
CREATE INDEX mail_by_use ON public.mail USING btree (useful_until);
CREATE INDEX mail_to_send ON public.mail USING btree (priority, try_at);
CREATE INDEX mailbox_letters_by_time ON public.mailbox_letters USING btree (forget_at);
CREATE INDEX objection_by_deadline ON public.objection USING btree (due_at, objection_id) WHERE (decided_at IS NULL);
CREATE INDEX objection_by_employer ON public.objection USING btree (nib, objection_id);
CREATE UNIQUE INDEX objection_idempotency ON public.objection USING btree (filed_by, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE UNIQUE INDEX objection_open ON public.objection USING btree (thing) WHERE (decided_at IS NULL);
CREATE INDEX one_time_code_by_expiry ON public.one_time_code USING btree (expires_at);
CREATE INDEX passkey_by_account ON public.passkey USING btree (account_id, added_at);
CREATE INDEX process_loop_by_age ON public.process_loop USING btree (reported_at);
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);
CREATE INDEX rate_limit_by_time ON public.rate_limit USING btree (busy_until);
CREATE INDEX refusal_count_day ON public.refusal_count USING brin (day) WITH (autosummarize='on');
CREATE INDEX representation_by_account ON public.representation USING btree (account_id);
CREATE INDEX representation_to_decide ON public.representation USING btree (claimed_at) WHERE ((reason IS NOT NULL) AND (state = ANY (ARRAY['pending_officer'::text, 'active'::text])));
CREATE INDEX representation_unconfirmed ON public.representation USING btree (claimed_at) WHERE (state = 'pending_code'::text);
CREATE INDEX rescreening_to_do ON public.rescreening USING btree (due_at) WHERE (done_at IS NULL);
CREATE INDEX revocation_by_kind ON public.revocation USING btree (nib, application_id, kind);
CREATE INDEX revocation_by_worker ON public.revocation USING btree (nib, application_id, row_no);
CREATE INDEX ruling_by_employer ON public.ruling USING btree (nib, ruling_id);
CREATE UNIQUE INDEX ruling_counts ON public.ruling USING btree (nib, exercise) WHERE (state = 'in_force'::text);
CREATE UNIQUE INDEX ruling_waits ON public.ruling USING btree (nib, exercise) WHERE (state = 'proposed'::text);
CREATE INDEX sample_of_lot ON public.sample USING btree (lot_checked_at) INCLUDE (lot_outcome) WHERE (lot_checked_at IS NOT NULL);
CREATE INDEX sample_waiting ON public.sample USING btree (drawn_at, application_id, row_no) WHERE (checked_at IS NULL);
CREATE INDEX session_by_account ON public.session USING btree (account_id);
CREATE INDEX session_by_age ON public.session USING btree (created_at);
CREATE INDEX sign_in_link_by_lane ON public.sign_in_link USING btree (lane, sent_at);
CREATE INDEX sign_in_link_by_time ON public.sign_in_link USING btree (sent_at);
CREATE INDEX sign_in_step_by_account ON public.sign_in_step USING btree (account_id);
CREATE INDEX sign_in_step_by_age ON public.sign_in_step USING btree (began_at);
CREATE INDEX staff_declaration_drawn ON public.staff_declaration USING btree (declared_at) WHERE (drawn AND (seen_at IS NULL));
CREATE INDEX status_change_by_time ON public.status_change USING btree (changed_at);
CREATE INDEX waiting_admission_by_age ON public.waiting_admission USING btree (admitted_at);
CREATE INDEX waiting_admission_order ON public.waiting_admission USING btree (lane, entry_no);
CREATE INDEX waiting_process_by_age ON public.waiting_process USING btree (at);
CREATE INDEX waiting_repeat_by_age ON public.waiting_repeat USING btree (at);
CREATE INDEX waiting_seat_by_age ON public.waiting_seat USING btree (kept_at);
CREATE INDEX waiting_served_by_age ON public.waiting_served USING btree (minute);
CREATE INDEX worker_by_host ON public.worker USING btree (nib, host_nib) WHERE (host_nib IS NOT NULL);
CREATE INDEX worker_not_approved ON public.worker USING btree (nib, application_id, state, row_no) WHERE (state <> 'approved'::text);
CREATE INDEX wrong_code_by_time ON public.wrong_code USING btree (ends_at);
CREATE TRIGGER audit_event_stays BEFORE DELETE OR UPDATE ON public.audit_event FOR EACH ROW EXECUTE FUNCTION public.audit_event_stays();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();
CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();
CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();
CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();
CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();
ALTER TABLE ONLY public.authenticator
    ADD CONSTRAINT authenticator_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.bulk_application
    ADD CONSTRAINT bulk_application_bulk_id_fkey FOREIGN KEY (bulk_id) REFERENCES public.bulk_decision(bulk_id);
ALTER TABLE ONLY public.document_chunk
    ADD CONSTRAINT document_chunk_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(document_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.evidence_chunk
    ADD CONSTRAINT evidence_chunk_evidence_id_fkey FOREIGN KEY (evidence_id) REFERENCES public.evidence(evidence_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.handover_chunk
    ADD CONSTRAINT handover_chunk_handover_id_fkey FOREIGN KEY (handover_id) REFERENCES public.handover(handover_id);
ALTER TABLE ONLY public.letter_choice
    ADD CONSTRAINT letter_choice_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.representation
    ADD CONSTRAINT representation_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sign_in_step
    ADD CONSTRAINT sign_in_step_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.waiting_draw
    ADD CONSTRAINT waiting_draw_opening_id_fkey FOREIGN KEY (opening_id) REFERENCES public.waiting_opening(opening_id);
ALTER TABLE ONLY public.waiting_seat
    ADD CONSTRAINT waiting_seat_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id) ON DELETE CASCADE;

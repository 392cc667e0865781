"""What figures of reports are called, by the names that their JSON has."""

from strp.domain.text import Text

FIGURES = {
    "visitors": Text("Pengunjung", "Visitors"),
    "who_wanted_in": Text("Di antaranya ingin masuk", "Of them, who wanted in"),
    "admitted": Text("Masuk", "Let in"),
    "admitted_at_once": Text("Masuk tanpa antre", "Let in without waiting"),
    "filed": Text("Mengajukan", "Filed"),
    "gave_up": Text("Menyerah", "Gave up"),
    "still_in_line": Text("Masih antre di akhir", "Still in line at the end"),
    "late_share": Text("Diputus terlambat", "Decided late"),
    "applications": Text("Pengajuan", "Applications"),
    "applications_wanted": Text("Pengajuan yang diminta", "Applications asked for"),
    "decided": Text("Diputus", "Decided"),
    "within_sla": Text("Diputus tepat waktu", "Decided in time"),
    "late": Text("Terlambat", "Late"),
    "double_decisions": Text("Diputus dua kali", "Decided twice"),
    "lost_leases": Text("Hilang dari antrean", "Lost from the desk"),
    "forecast_median_error_percent": Text(
        "Perkiraan meleset, nilai tengah (%)", "Forecast off by, median (%)"
    ),
    "interval_coverage_percent": Text(
        "Kenyataan di dalam rentang perkiraan (%)", "Truth within the forecast's range (%)"
    ),
    "officers": Text("Petugas", "Officers"),
    "officers_crashed": Text("Petugas yang terputus", "Officers cut off"),
    "found_after_the_day": Text("Ditemukan setelah hari itu", "Found after the day"),
    "answers_refused": Text("Jawaban yang ditolak", "Answers refused"),
    "forecasts": Text("Perkiraan yang diuji", "Forecasts tried"),
    "most_in_line": Text("Antrean terpanjang", "Longest line"),
    "most_waiting": Text("Antrean terpanjang", "Longest line"),
    "wait_p50_s": Text("Menunggu paling lama, separuhnya (detik)", "Half waited up to (s)"),
    "wait_p90_s": Text("Menunggu paling lama, 90 dari 100 (detik)", "90 of 100 waited up to (s)"),
    "wait_p99_s": Text("Menunggu paling lama, 99 dari 100 (detik)", "99 of 100 waited up to (s)"),
    "errors_5xx": Text("Jawaban galat server (5xx)", "Answers with a server's error (5xx)"),
    "lost_receipts": Text("Tanda terima yang hilang", "Receipts lost"),
    "lost_connections": Text("Koneksi yang putus", "Connections lost"),
    "inversions": Text("Urutan yang dilangkahi", "Places in line jumped"),
    "goodput_ratio": Text(
        "Pekerjaan selesai, dibanding setengah menit terbaik",
        "Goodput against its best half minute",
    ),
    "waiting_page_p50_ms": Text(
        "Halaman antrean dijawab dalam, separuhnya (ms)", "Waiting page, half within (ms)"
    ),
    "waiting_page_p99_ms": Text(
        "Halaman antrean dijawab dalam, 99 dari 100 (ms)", "Waiting page, 99 of 100 within (ms)"
    ),
    "receipt_p99_ms": Text(
        "Tanda terima diberikan dalam, 99 dari 100 (ms)", "Receipt, 99 of 100 within (ms)"
    ),
    "receipt_ms": Text("Tanda terima diberikan dalam (ms)", "Receipts within (ms)"),
    "receipts": Text("Tanda terima", "Receipts"),
    "peak_rss_bytes": Text("Memori terbanyak (bita)", "Most memory (bytes)"),
    "peak_bytes": Text("Memori terbanyak per proses (bita)", "Most memory by process (bytes)"),
    "duration_s": Text("Lama kedatangan (detik)", "Arrivals lasted (s)"),
    "requests": Text("Permintaan", "Requests"),
    "requests_by_kind": Text("Permintaan menurut jenis", "Requests by kind"),
    "statuses": Text("Jawaban menurut status HTTP", "Answers by HTTP status"),
    "endings": Text("Akhir kunjungan", "How visits ended"),
    "machines": Text("Mesin", "Machines"),
    "requests_per_s_of_one": Text(
        "Permintaan per detik satu mesin", "Requests a second of one machine"
    ),
    "rate_most_per_s": Text("Masuk per detik, terbanyak", "Let in a second, at most"),
    "polls_most_per_s": Text(
        "Pertanyaan antrean per detik, terbanyak", "Polls of the line a second, at most"
    ),
    "polls_bound_per_s": Text("Batasnya", "Their bound"),
    "officers_for_five_hours": Text("Petugas untuk lima jam", "Officers for five hours"),
    "workers": Text("Pekerja", "Workers"),
    "workers_per_s": Text("Pekerja per detik", "Workers a second"),
    "limit_workers_per_s": Text(
        "Batas fisik, pekerja per detik", "Physical limit, workers a second"
    ),
    "ratio": Text("Dibanding batas fisik", "Against the physical limit"),
    "limit": Text("Batas fisik (detik)", "Physical limit (s)"),
    "lost": Text("Baris yang hilang", "Rows lost"),
    "duplicated": Text("Baris yang ganda", "Rows twice"),
    "stages": Text("CPU per pekerja menurut tahap (µs)", "CPU a worker by stage (µs)"),
    "filings": Text("Pengajuan", "Filings"),
    "seconds": Text("Lama seluruhnya (detik)", "All of it (s)"),
    "intake_s": Text("Lama penerimaan (detik)", "Intake (s)"),
    "certificates": Text("Sertifikat", "Certificates"),
    "verified": Text("Sertifikat yang diperiksa", "Certificates checked"),
    "wrong": Text("Buku yang tidak cocok", "Books that do not balance"),
    "cpu_s": Text("CPU menurut proses (detik)", "CPU by process (s)"),
    "cpu_us_per_worker": Text("CPU per pekerja (µs)", "CPU a worker (µs)"),
    "load_cpu_us_per_worker": Text("CPU pembangkit beban (µs)", "CPU of the load (µs)"),
    "wal_bytes_per_worker": Text("WAL per pekerja (bita)", "WAL a worker (bytes)"),
}

SERIES = {
    "arrived": "datang · arrived",
    "arrived_per_s": "datang · arrived",
    "admitted": "masuk · let in",
    "admitted_per_s": "masuk · let in",
    "gave_up": "menyerah · gave up",
    "shed": "ditolak · turned away",
    "errors": "gagal · failed",
    "workers": "pekerja · workers",
    "certificates": "sertifikat · certificates",
}

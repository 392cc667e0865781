// Passkeys. Without this file, or where the browser or the address has none, the page stays as it
// is: a code by mail and an authenticator app sign in as well.

// Forms with `data-passkey`: `get` asks for a challenge and signs in; `create` makes a passkey out of
// the options in `data-options`. Each puts the browser's answer into its field and sends the form.

interface Json {
  [name: string]: unknown;
}

const supported =
  typeof PublicKeyCredential !== "undefined" &&
  window.isSecureContext &&
  // No browser binds a passkey to a number.
  !/^[\d.]+$|:/.test(window.location.hostname);

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  const missing = document.querySelector<HTMLElement>("#no-passkeys");
  form.hidden = !supported;
  if (missing) missing.hidden = supported;
  if (!supported) continue;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void answer(form);
  });
}

async function answer(form: HTMLFormElement): Promise<void> {
  const said = form.querySelector<HTMLElement>("[role=status]")!;
  const button = form.querySelector<HTMLButtonElement>("button")!;
  said.textContent = "";
  button.disabled = true;
  try {
    const credential =
      form.dataset.passkey === "create"
        ? await make(JSON.parse(form.dataset.options ?? "{}") as Json)
        : await ask(form.dataset.challenge ?? "");
    form.querySelector<HTMLInputElement>("[name=answer]")!.value = JSON.stringify(credential);
    form.submit();
  } catch {
    // The reader closed the browser's question, or the device has no passkey of this site.
    said.textContent = form.dataset.failed ?? "";
    button.disabled = false;
  }
}

async function ask(address: string): Promise<Json> {
  const reply = await fetch(address, { method: "POST" });
  if (!reply.ok) throw new Error(String(reply.status));
  const options = (await reply.json()) as Json;
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    allowCredentials: [],
  } as unknown as PublicKeyCredentialRequestOptions;
  const found = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = found.response as AuthenticatorAssertionResponse;
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
}

async function make(options: Json): Promise<Json> {
  const user = options.user as { id: string };
  const known = (options.excludeCredentials ?? []) as { id: string; type: string }[];
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: known.map((each) => ({ ...each, id: bytes(each.id) })),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  };
}

function bytes(base64url: string): Uint8Array {
  const plain = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

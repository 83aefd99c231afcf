// Passkeys: added on the account's page, used on the sign-in page.
const problem = document.querySelector("[data-passkey-problem]");
const token = document.querySelector("input[name=csrf_token]").value;
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(address, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
  if (answer.ok) return answer.json();
  const refusal = await answer.json().catch(() => ({}));
  throw new Error(refusal.message ?? "The passkey was not accepted. Try again, or sign in with your password.");
}

const plain = (made) => ({
  id: made.id,
  rawId: text(made.rawId),
  type: made.type,
  response: Object.fromEntries(
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
      .filter((name) => made.response[name])
      .map((name) => [name, text(made.response[name])]),
  ),
});

async function add(form) {
  const options = await post(form.dataset.options, { password: form.elements.password.value });
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const each of options.excludeCredentials ?? []) each.id = bytes(each.id);
  await post(form.dataset.passkeyAdd, plain(await navigator.credentials.create({ publicKey: options })));
  location.reload();
}

async function signIn(button) {
  const options = await post(button.dataset.options);
  options.challenge = bytes(options.challenge);
  for (const each of options.allowCredentials ?? []) each.id = bytes(each.id);
  const { to } = await post(button.dataset.passkeySignIn, plain(await navigator.credentials.get({ publicKey: options })));
  location.assign(to);
}

const ceremonies = [
  [document.querySelector("[data-passkey-add]"), "submit", add],
  [document.querySelector("[data-passkey-sign-in]"), "click", signIn],
];
for (const [element, event, work] of ceremonies) {
  if (!element || !window.PublicKeyCredential) continue;
  element.hidden = false;
  element.addEventListener(event, async (happened) => {
    happened.preventDefault();
    try {
      await work(element);
    } catch (error) {
      problem.textContent = error.name === "NotAllowedError" ? "Signing in with a passkey was cancelled." : error.message;
      problem.hidden = false;
    }
  });
}

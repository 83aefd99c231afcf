// Passkeys: added on the account's page, used on the sign-in page.
const problem = document.querySelector("[data-passkey-problem]");
const token = document.querySelector("input[name=csrf_token]").value;
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(address, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
  if (!answer.ok) throw new Error("The passkey was not taken. Try again, or sign in with your password.");
  return answer.json();
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

async function add(button) {
  const options = await post(button.dataset.options);
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const each of options.excludeCredentials ?? []) each.id = bytes(each.id);
  await post(button.dataset.passkeyAdd, plain(await navigator.credentials.create({ publicKey: options })));
  location.reload();
}

async function signIn(button) {
  const options = await post(button.dataset.options);
  options.challenge = bytes(options.challenge);
  for (const each of options.allowCredentials ?? []) each.id = bytes(each.id);
  const { to } = await post(button.dataset.passkeySignIn, plain(await navigator.credentials.get({ publicKey: options })));
  location.assign(to);
}

for (const [button, work] of [[document.querySelector("[data-passkey-add]"), add], [document.querySelector("[data-passkey-sign-in]"), signIn]]) {
  if (!button || !window.PublicKeyCredential) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await work(button);
    } catch (error) {
      problem.textContent = error.name === "NotAllowedError" ? "No passkey was given." : error.message;
      problem.hidden = false;
    }
  });
}

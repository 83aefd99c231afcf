// A real OpenID Connect provider on loopback, for one client: node provider.mjs PORT REDIRECT_URI
import Provider from "oidc-provider";

const [port, back] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: "desk", client_secret: "a-secret-of-the-test", redirect_uris: [back] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== "mallory" }) }),
  cookies: { keys: ["a key of the test"] },
});
provider.listen(Number(port), () => console.log("ready"));

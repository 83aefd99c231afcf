// On the last step of the form without the widget: compute what the service asks for while the reader looks.

import { solve } from "./proof.js";

const form = document.querySelector("[data-challenge]");
const solved = solve(JSON.parse(form.dataset.challenge)).then((proof) => {
  form.elements.proof.value = proof;
});

form.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "send" || form.elements.proof.value) return;
  event.preventDefault();
  form.querySelector("[data-computing]").hidden = false;
  solved.then(() => form.requestSubmit(event.submitter));
});

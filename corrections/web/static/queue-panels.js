// Two panels over the queue: accept with a notice, and reject in one's own words.

const noticePanel = document.querySelector("[data-notice-panel]");
const rejectPanel = document.querySelector("[data-reject-panel]");

/** Open a panel for a row; `send(fields)` decides, and resolves to the server's answer, with `told` if it is done. */
function open(panel, row, send, closed) {
  const form = panel.querySelector("form");
  const trouble = panel.querySelector("[data-panel-problem]");
  trouble.textContent = "";
  panel.querySelector("[data-panel-number]").textContent = `#${row.dataset.number}`;
  panel.querySelector("[data-panel-change]").innerHTML = row.querySelector(".words").innerHTML;
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (event.submitter?.value === "cancel") return panel.close();
    const button = panel.querySelector(".primary");
    if (button.disabled) return;
    button.disabled = true;
    const answer = await send();
    button.disabled = false;
    if (answer?.told) panel.close();
    else trouble.textContent = answer?.detail ?? "";
  };
  form.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(panel.querySelector(".primary"));
    }
  };
  panel.onclose = closed;
  panel.showModal();
}

/** The notice as drafted, one key from being published; another type brings its own draft, unless it was edited. */
export async function acceptWithNotice(row, address, decide, closed) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return "The draft of the notice could not be loaded. Nothing was decided; please try again.";
  const { kind, drafts } = await answer.json();
  const text = noticePanel.querySelector("textarea");
  const head = noticePanel.querySelector("[data-panel-head]");
  let sure = false;
  let drafted = drafts[kind];
  text.value = drafted;
  head.checked = false;
  for (const radio of noticePanel.querySelectorAll("input[type=radio]")) {
    radio.checked = radio.value === kind;
    radio.onchange = () => {
      if (text.value === drafted) text.value = drafts[radio.value];
      drafted = drafts[radio.value];
    };
  }
  const send = async () => {
    const fields = {
      notice: noticePanel.querySelector("input[type=radio]:checked").value,
      notice_text: text.value,
      notice_place: head.checked ? "head" : "foot",
    };
    const decision = await decide("accept", sure ? { ...fields, notice_sure: "on" } : fields);
    sure = decision?.code === "notice_doubtful";
    return decision;
  };
  open(noticePanel, row, send, closed);
  noticePanel.querySelector(".primary").focus();
  return "";
}

export function rejectInOwnWords(row, decide, closed) {
  const text = rejectPanel.querySelector("textarea");
  text.value = "";
  open(rejectPanel, row, () => decide("reject", { reason: text.value }), closed);
  text.focus();
}

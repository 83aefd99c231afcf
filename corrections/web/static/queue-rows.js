// The rows of the queue as the server has them now, put into the page row by row.

/** The rows in a fragment of the server's, and what the list says and links to beside them. */
export function freshRows(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

const byAddress = (root) => new Map([...root.querySelectorAll("[data-row]")].map((each) => [each.dataset.row, each]));

/**
 * Put what changed into the list. `may(row)` says whether a change at that row (or at the end, if it is null) is
 * allowed; `vanish(row)` marks one that is no longer in the server's list and cannot go yet. Returns how many changes are left for later.
 */
export function merge(list, content, { may, vanish }) {
  const incoming = byAddress(content);
  const present = byAddress(list);
  if (present.size === 0) {
    if (!may(null)) return incoming.size;
    list.replaceChildren(content);
    return 0;
  }
  for (const [address, line] of present) {
    if (incoming.has(address) || line.classList.contains("gone")) continue;
    if (may(line)) line.remove();
    else vanish(line);
  }
  follow(list, content);
  return change(present, incoming, may) + add(list, present, incoming, may);
}

/** Replace rows that the server has otherwise; not those that are being worked on, nor ticked as they were seen. */
function change(present, incoming, may) {
  let left = 0;
  for (const [address, fresh] of incoming) {
    const line = present.get(address);
    if (!line || same(line, fresh)) continue;
    if (!may(line) || line.matches(".selected:focus-within, .busy") || line.querySelector("input[name=pick]").checked) {
      left += 1;
      continue;
    }
    fresh.classList.toggle("selected", line.classList.contains("selected"));
    line.replaceWith(fresh);
    present.set(address, fresh);
  }
  return left;
}

const same = (line, fresh) => line.dataset.event === fresh.dataset.event || line.classList.contains("gone");

/** "More" begins where the server's page ends. */
function follow(list, content) {
  const link = list.querySelector("[rel=next]");
  const fresh = content.querySelector("[rel=next]");
  if (link && fresh) link.href = fresh.href;
}

function add(list, present, incoming, may) {
  let left = 0;
  let before = null; // the row after which the next one goes
  for (const [address, fresh] of incoming) {
    if (present.has(address)) {
      before = present.get(address);
      continue;
    }
    const next = before ? before.nextElementSibling : list.querySelector("[data-row]");
    if (!may(next ?? before)) {
      left += 1;
      continue;
    }
    if (before) before.after(fresh);
    else list.querySelector("tbody").prepend(fresh);
    before = fresh;
  }
  return left;
}

// What tests/browser/test_every_page.py measures inside a page. Each check answers with a list of complaints.
(() => {
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
  const shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const nodes = entry.sources.map(({ node, previousRect: was, currentRect: is }) => {
        const element = node?.nodeType === 1 ? node : node?.parentElement;
        return `${describe(element)} [${was.x} ${was.y} ${was.width} ${was.height} → ${is.x} ${is.y} ${is.width} ${is.height}]`;
      });
      shifts.push(`layout shift of ${entry.value.toFixed(4)}: ${nodes.join(", ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });

  function describe(element) {
    return element?.outerHTML.slice(0, 110).replace(/\s+/g, " ") ?? "?";
  }

  function* everywhere(root = document) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* everywhere(element.shadowRoot);
    }
  }

  const modal = () => [...everywhere()].find((element) => element.matches("dialog:modal"));
  const scope = () => modal() ?? document;
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false });
  const inScope = (selector) => [...scope().querySelectorAll(selector)].filter(isShown);

  /** Controls that Tab should reach, in the order of the document; of a group of radio buttons one. */
  function tabbable() {
    const groups = new Set();
    const controls = inScope(FOCUSABLE).filter((each) => !each.disabled && each.tabIndex >= 0 && each.type !== "hidden");
    const checked = new Set(controls.filter((each) => each.type === "radio" && each.checked).map(group));
    return controls.filter((each) => {
      if (each.type !== "radio") return true;
      if (checked.has(group(each)) ? !each.checked : groups.has(group(each))) return false;
      groups.add(group(each));
      return true;
    });
  }

  const group = (radio) => `${radio.form?.id}:${radio.name}`;

  let expected = [];
  let visited = []; // what had the focus after each press of Tab
  let complaints = [];

  addEventListener("keyup", (event) => event.key === "Tab" && complaints.push(...focusProblems()), true);

  /** Put the focus before everything else; how often to press Tab from there at most, as focus can reveal more controls. */
  function beginTabbing() {
    const start = scope() === document ? document.body : scope();
    start.tabIndex = -1;
    start.focus({ preventScroll: true });
    start.removeAttribute("tabindex");
    expected = tabbable();
    visited = [];
    complaints = [];
    return 3 * expected.length + 10;
  }

  /** Complaints about what had the focus, and about where Tab went: each control once, in the order of the document, which is how it is read. */
  function tabbingProblems() {
    const missed = expected.filter((each) => each.isConnected && !visited.includes(each)).map((each) => `Tab does not reach: ${describe(each)}`);
    const order = visited.map((each) => expected.indexOf(each)).filter((at) => at >= 0);
    const leaps = order.some((at, place) => place > 0 && at < order[place - 1]);
    const positive = inScope("[tabindex]").filter((each) => each.tabIndex > 0).map((each) => `tabindex: ${describe(each)}`);
    return [...complaints, ...missed, ...(leaps ? [`Tab leaves the order of the page: ${order}`] : []), ...positive];
  }

  /** Points to move a mouse over: controls on the screen. */
  function pointerStops() {
    const boxes = inScope("a[href], button, summary").map((each) => each.getBoundingClientRect());
    const seen = boxes.filter((box) => box.width && box.top > 0 && box.bottom < innerHeight);
    return seen.slice(0, 40).map((box) => [box.x + box.width / 2, box.y + box.height / 2]);
  }

  /** Complaints about the control that has the focus: no ring, or something in front of it. */
  function focusProblems() {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    visited.push(element);
    if (!element || element === document.body || element.matches("dialog")) return [];
    const problems = [];
    const ring = (styled) => styled && getComputedStyle(styled).outlineStyle !== "none";
    const ringed = element.type === "date" || ring(element) || ring(element.nextElementSibling); // a date's fields are marked
    if (!ringed) problems.push(`no focus ring: ${describe(element)}`);
    const shown = element.matches("input") && !opaque(element) ? element.closest("label") ?? element : element;
    const boxes = [...shown.getClientRects()].filter((box) => box.width > 2 && box.height > 2);
    if (boxes.length && !boxes.some((box) => isInFront(shown, box))) problems.push(`focus is hidden: ${describe(element)}`);
    return problems;
  }

  const countUnvisited = () => expected.filter((each) => !visited.includes(each) && each.isConnected).length;
  const countPresses = () => visited.length;

  const opaque = (element) => Number(getComputedStyle(element).opacity) > 0.1;

  function isInFront(element, box) {
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right <= left || bottom <= top) return false;
    const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.15, 0.85].map((y) => [left + (right - left) * x, top + (bottom - top) * y]));
    const root = element.getRootNode();
    return points.some(([x, y]) => {
      const front = root.elementFromPoint(x, y);
      return front && (element.contains(front) || front.contains(element));
    });
  }

  /** Sideways scrolling: text and controls have to wrap into 320 px, tables and code may scroll in a box of their own. */
  function overflow() {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = inScope("body *").filter((each) => {
      const box = each.getBoundingClientRect();
      return box.right > width + 1 || box.left < -1;
    });
    return [`scrolls sideways to ${document.documentElement.scrollWidth} px: ${wide.slice(-3).map(describe).join(", ")}`];
  }

  /** Controls on a touch screen lower than `least` px; links within a sentence are as high as its line. */
  function lowControls(selector, least) {
    return inScope(selector)
      .filter((each) => {
        const box = each.getBoundingClientRect();
        return box.width > 1 && box.height < least - 0.5;
      })
      .map((each) => `${each.getBoundingClientRect().height.toFixed(1)} px high: ${describe(each)}`);
  }

  /** With the colours of the system alone, a chosen or current thing has to differ by more than its colour. */
  function statesByColourAlone() {
    const signs = (each) => {
      const style = getComputedStyle(each);
      const before = getComputedStyle(each, "::before").content;
      return [style.fontWeight, style.textDecorationLine, style.outlineStyle, style.borderBottomWidth, style.borderBottomStyle,
        style.borderInlineStartWidth, style.backgroundColor, before].join(" ");
    };
    return inScope("[aria-current], [aria-pressed=true], input:checked + span").flatMap((chosen) => {
      const others = [...chosen.parentElement.parentElement.querySelectorAll(chosen.localName)];
      const other = others.find((each) => isShown(each) && !each.ariaCurrent && each.className === chosen.className
        && !each.matches("input:checked + span"));
      return other && signs(other) === signs(chosen) ? [`state by colour alone: ${describe(chosen)}`] : [];
    });
  }

  window.checks = {
    shifts, beginTabbing, countUnvisited, countPresses, tabbingProblems, pointerStops, overflow, lowControls, statesByColourAlone,
  };
})();

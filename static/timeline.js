/* The timeline: arrows walk creators and check-ins and say where they are; zoom, today, and the panel's focus. */
(() => {
  const grid = document.querySelector(".tl");
  if (!grid) return;
  const live = document.getElementById("timeline-live");
  const panel = document.getElementById("panel");
  const style = (element, name) => parseFloat(getComputedStyle(element).getPropertyValue(name));
  const day = (mark) => Number(mark.style.getPropertyValue("--d"));
  const today = style(grid, "--today");
  let mark = null;
  let opener = null;

  const nameWidth = () => grid.querySelector("th.nm").offsetWidth;
  const room = () => grid.clientWidth - nameWidth();
  const px = () => (grid.firstElementChild.offsetWidth - nameWidth()) / style(grid, "--days");
  const showDay = (wanted) => { grid.scrollLeft = wanted * px() - room() / 2; };
  const toToday = () => showDay(Number.isNaN(today) ? 0 : today);

  // Marks closer than their own width are drawn as the most urgent one and a number; the row stays what is pressed.
  const urgency = ["overdue", "changes", "due", "submitted", "planned", "approved", "published", "waived"];
  const rank = (each) => urgency.findIndex((state) => each.classList.contains(state));

  const drawBundle = (cell, marks) => {
    const shown = marks.toSorted((one, other) => rank(one) - rank(other))[0];
    for (const each of marks) each.hidden = each !== shown;
    if (marks.length === 1) return;
    const bubble = document.createElement("i");
    bubble.className = "more";
    bubble.style.setProperty("--d", day(shown));
    bubble.textContent = `+${marks.length - 1}`;
    bubble.title = marks.map((each) => each.title).join("\n");
    cell.append(bubble);
  };

  const bundle = () => {
    const near = 11 / px();
    for (const cell of grid.querySelectorAll("td.g")) {
      for (const bubble of cell.querySelectorAll(".more")) bubble.remove();
      let marks = [];
      for (const each of cell.querySelectorAll(".c")) {
        if (marks.length && day(each) - day(marks[0]) >= near) {
          drawBundle(cell, marks);
          marks = [];
        }
        marks.push(each);
      }
      if (marks.length) drawBundle(cell, marks);
    }
  };

  const zoom = (link) => {
    const sawAll = grid.scrollWidth <= grid.clientWidth;
    const middle = (grid.scrollLeft + room() / 2) / px();
    for (const each of link.parentElement.children) each.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    grid.dataset.zoom = link.dataset.zoomTo;
    bundle();
    if (sawAll) toToday();
    else showDay(middle);
    history.replaceState(history.state, "", link.href);
    for (const each of document.querySelectorAll(".pager a")) {
      const url = new URL(each.href);
      url.searchParams.set("zoom", link.dataset.zoomTo);
      each.href = url;
    }
  };

  const choose = (next) => {
    if (mark) mark.classList.remove("on");
    mark = next;
    mark.classList.add("on");
    const row = mark.closest("tr");
    const marks = [...row.querySelectorAll(".c")];
    live.textContent = `${row.querySelector("a").textContent}: ${mark.title} (${marks.indexOf(mark) + 1}/${marks.length})`;
    const left = day(mark) * px() - grid.scrollLeft;
    if (left < 30 || left > room() - 30) showDay(day(mark));
  };

  const walk = (row, step) => {
    const marks = [...row.querySelectorAll(".c")];
    if (!marks.length) return;
    const here = marks.indexOf(mark);
    const coming = marks.findIndex((each) => day(each) >= today);
    const start = coming < 0 ? marks.length - 1 : coming;
    choose(marks[Math.max(0, Math.min(marks.length - 1, here < 0 ? start : here + step))]);
  };

  const rowBeside = (row, step) => {
    let next = row;
    do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
    while (next && !next.querySelector(".nm a"));
    return next;
  };

  const closePanel = () => {
    if (!panel?.childElementCount) return false;
    panel.replaceChildren();
    grid.querySelector("tr.on")?.classList.remove("on");
    opener?.focus();
    return true;
  };

  grid.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr");
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = row ? rowBeside(row, step) : grid.querySelector(".nm a")?.closest("tr");
      next?.querySelector("a").focus();
    } else if (row) walk(row, step);
    else grid.scrollLeft += step * 80;
  });
  addEventListener("keydown", (event) => {
    // Nothing has the focus yet: the arrows mean the timeline.
    if (event.key.startsWith("Arrow") && document.activeElement === document.body) {
      event.preventDefault();
      grid.querySelector(".nm a")?.focus();
    }
  });
  grid.addEventListener("click", (event) => {
    if (event.target.closest("td.g")) event.target.closest("tr").querySelector(".nm a")?.click();
  });
  addEventListener("click", (event) => {
    const link = event.target.closest("[data-zoom-to]");
    if (link) { event.preventDefault(); zoom(link); }
    if (event.target.closest("[data-today]")) { event.preventDefault(); toToday(); }
    if (event.target.closest("[data-close-panel]")) { event.preventDefault(); closePanel(); }
    if (event.target.closest(".nm a")) opener = event.target.closest(".nm a");
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && closePanel()) event.preventDefault();
    const typing = event.target.closest("input, textarea, select");
    const keys = document.getElementById("timeline-keys");
    if (event.key === "?" && !typing && keys) { keys.open = !keys.open; keys.querySelector("summary").focus(); }
  });
  document.addEventListener("htmx:after:swap", () => {
    const heading = panel?.querySelector("[data-panel-title]");
    if (heading && !panel.contains(document.activeElement)) {
      grid.querySelector("tr.on")?.classList.remove("on");
      opener?.closest("tr").classList.add("on");
      heading.focus();
    }
    bundle();
  });

  bundle();
  toToday();
})();

/* Every page: focus on errors, offers that end, menus, copies, forms sent once, keys, media. */
(() => {
  const find = (selector) => document.querySelector(selector);

  find("[data-focus]")?.focus();

  const undo = find("[data-seconds]");
  if (undo) setTimeout(() => undo.remove(), undo.dataset.seconds * 1e3);

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (menu === except) continue;
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus && !except) menu.querySelector("summary").focus();
    }
  };
  addEventListener("click", (event) => closeMenus(event.target.closest("[data-menu]")));

  addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    source.focus();
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      document.execCommand("copy"); // pages that are not served over TLS have no clipboard
    }
    button.focus();
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.done;
  });

  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (form.dataset.busy !== undefined) return event.preventDefault();
    form.dataset.busy = "";
  });
  addEventListener("htmx:finally:request", (event) => delete event.target.dataset?.busy);
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
  });

  const preparing = () => document.querySelectorAll("[data-preparing]");
  const lookAgain = async (times) => {
    if (document.visibilityState === "visible") {
      const answer = await fetch(location.href).catch(() => null);
      const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const figure of page ? preparing() : []) {
        const done = page.querySelector(`[data-file="${figure.dataset.preparing}"]`);
        if (done) figure.replaceWith(document.importNode(done, true));
      }
    }
    if (times && preparing().length) setTimeout(lookAgain, 5000, times - 1);
  };
  if (preparing().length) setTimeout(lookAgain, 3000, 60);

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.key?.length !== 1) return;
    const target = find(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, details")) target.focus();
    else target.click();
  });
})();

/* Choosing files: our own words instead of the browser's, their order, a warning before anything is sent. Where the page
   says where, they go up at once in pieces (tus), which lines that break and reloads do not lose; otherwise, and without
   this script, they go with the form. */
(() => {
  const PIECE = 1024 * 1024;
  const PAUSES = [0, 1000, 3000, 5000, 10000, 20000, 30000];

  const size = (bytes, locale) => {
    const [unit, value] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
    return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
  };

  const picture = (file, address) => {
    const shown = document.createElement(file.type.startsWith("video/") ? "video" : "img");
    shown.src = address;
    if (shown.tagName === "IMG") shown.alt = "";
    else Object.assign(shown, { muted: true, playsInline: true, preload: "metadata" });
    return shown;
  };

  let loading;
  const loadTus = (source) =>
    (loading ??= new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: source, onload: resolve, onerror: reject });
      document.head.append(script);
    }));

  for (const drop of document.querySelectorAll("[data-upload]")) {
    const input = drop.querySelector("input[type=file]");
    const label = drop.querySelector("label");
    const chosen = drop.querySelector(".chosen");
    const said = drop.querySelector("[role=status]");
    const form = input.form;
    const words = drop.dataset;
    const shelf = `${words.shelf} ${input.name}`; // what has arrived outlives a reload
    let items = []; // { file, name, bytes, id, upload, sent, trouble, line }
    let pressed; // the button of a form that waits for its files

    const button = (text, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn sm", textContent: text });
      made.addEventListener("click", act);
      return made;
    };

    const remember = () => {
      const arrived = items.filter((item) => item.id).map(({ id, name, bytes }) => ({ id, name, bytes }));
      try {
        if (arrived.length) localStorage.setItem(shelf, JSON.stringify(arrived));
        else localStorage.removeItem(shelf);
      } catch {
        return; // a browser that keeps nothing: then a reload asks for the file again
      }
    };

    const remove = (item) => {
      item.upload?.abort(true).catch(() => {});
      if (item.address) URL.revokeObjectURL(item.address);
      items = items.filter((other) => other !== item);
      show();
    };

    const swap = (item, by) => {
      const at = items.indexOf(item);
      items.splice(at, 1);
      items.splice(at + by, 0, item);
      show();
      item.line.querySelector(by < 0 ? ".up" : ".down")?.focus();
    };

    const progress = (item) => {
      const bar = item.line.querySelector("progress");
      if (bar) bar.value = item.sent;
    };

    const line = (item, at) => {
      const made = document.createElement("div");
      if (item.file && /^(image|video)\//.test(item.file.type)) {
        item.address ??= URL.createObjectURL(item.file);
        made.append(picture(item.file, item.address));
      }
      const name = document.createElement("p");
      name.textContent = [item.name, item.bytes && size(item.bytes, document.documentElement.lang), item.id && words.done]
        .filter(Boolean)
        .join(" · ");
      made.append(name);
      if (item.upload && !item.id && !item.trouble) {
        made.append(Object.assign(document.createElement("progress"), { max: item.bytes, value: item.sent, ariaLabel: item.name }));
      }
      if (item.trouble) made.append(Object.assign(document.createElement("p"), { className: "fe", textContent: item.trouble }));
      const acts = Object.assign(document.createElement("p"), { className: "btns" });
      if (item.upload && !item.id && !item.isRefused) {
        acts.append(item.isPaused || item.trouble ? button(words.resume, () => start(item)) : button(words.pause, () => pause(item)));
      }
      if (input.multiple && at > 0) acts.append(Object.assign(button(words.up, () => swap(item, -1)), { classList: "btn sm up" }));
      if (input.multiple && at < items.length - 1) acts.append(Object.assign(button(words.down, () => swap(item, 1)), { classList: "btn sm down" }));
      acts.append(button(words.remove, () => remove(item)));
      made.append(acts);
      item.line = made;
      return made;
    };

    const show = () => {
      const files = new DataTransfer(); // in this order, should they go with the form after all
      for (const item of items) if (item.file) files.items.add(item.file);
      input.files = files.files;
      chosen.replaceChildren(...items.map(line));
      chosen.hidden = !items.length;
      label.querySelector("span").textContent = items.length ? (input.multiple ? words.more : words.again) : words.first;
      label.classList.toggle("lg", !items.length);
      said.textContent = items.some((item) => item.file?.size > Number(words.max))
        ? words.tooBig
        : pressed
          ? words.waits
          : items.some((item) => item.upload && !item.id && !item.trouble)
            ? words.open
            : "";
      input.setCustomValidity(said.textContent === words.tooBig ? words.tooBig : "");
      remember();
    };

    const settle = () => {
      show();
      if (pressed && items.every((item) => item.id)) form.requestSubmit(pressed);
    };

    const pause = (item) => {
      item.upload.abort();
      item.isPaused = true;
      show();
    };

    const start = async (item) => {
      Object.assign(item, { trouble: "", isPaused: false });
      show();
      const [before] = await item.upload.findPreviousUploads();
      if (before && !item.upload.url) item.upload.resumeFromPreviousUpload(before);
      item.upload.start();
    };

    const send = async (item) => {
      if (!words.tus || !item.file || item.file.size > Number(words.max)) return;
      try {
        await loadTus(words.script);
      } catch {
        return; // it goes with the form
      }
      if (!items.includes(item)) return;
      item.upload = new tus.Upload(item.file, {
        endpoint: words.tus,
        chunkSize: PIECE,
        retryDelays: PAUSES,
        metadata: { filename: item.name },
        headers: { "X-CSRFToken": form.querySelector("[name=csrf_token]").value },
        fingerprint: async () => ["tus", shelf, item.name, item.bytes, item.file.lastModified].join(" "),
        removeFingerprintOnSuccess: true,
        onProgress: (sent) => {
          item.sent = sent;
          progress(item);
        },
        onSuccess: () => {
          item.id = item.upload.url.split("/").at(-1);
          settle();
        },
        onError: (error) => {
          const answer = error.originalResponse;
          item.isRefused = answer?.getStatus() === 422;
          item.trouble = (item.isRefused && answer.getBody()) || words.broken;
          pressed = undefined;
          show();
        },
      });
      start(item);
    };

    const add = (files) => {
      if (!input.multiple) items.forEach((item) => item.upload?.abort());
      const added = [...files].map((file) => ({ file, name: file.name, bytes: file.size, sent: 0 }));
      items = input.multiple ? [...items, ...added] : added;
      show();
      added.forEach(send);
    };

    /* What has arrived before: as the server says after an error, or as this browser remembers after a reload. */
    const restore = () => {
      const told = [...drop.querySelectorAll("[data-sent]")];
      let arrived = told.map((sent) => ({ id: sent.value.split("/")[0], name: sent.value.split("/").slice(1).join("/") }));
      told.forEach((sent) => sent.remove());
      try {
        if (!told.length && words.tus) arrived = JSON.parse(localStorage.getItem(shelf)) ?? [];
      } catch {
        arrived = [];
      }
      items = arrived;
      if (items.length) show();
    };

    input.addEventListener("change", () => input.files.length && add(input.files));
    for (const name of ["dragover", "drop"]) drop.addEventListener(name, (event) => event.preventDefault());
    drop.addEventListener("drop", (event) => add(event.dataTransfer.files));
    form?.addEventListener("submit", (event) => {
      const isWaiting = items.some((item) => item.upload && !item.id && !item.trouble);
      if (isWaiting) {
        event.preventDefault();
        pressed = event.submitter;
        show();
        return;
      }
      const arrived = items.filter((item) => item.id);
      if (!arrived.length) return; // whatever there is goes with the form
      const rest = new DataTransfer();
      for (const item of items) if (item.file && !item.id && !item.isRefused) rest.items.add(item.file);
      input.files = rest.files;
      for (const item of arrived) {
        const value = `${item.id}/${item.name}`;
        const sent = Object.assign(document.createElement("input"), { type: "hidden", name: `${input.name}-sent`, value });
        sent.dataset.added = "";
        form.append(sent);
      }
      localStorage.removeItem(shelf);
    });
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      for (const sent of form.querySelectorAll("[data-added]")) sent.remove();
      show();
    });
    restore();
  }
})();

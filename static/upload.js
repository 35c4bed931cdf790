/* Chosen files: their pictures, order, and a warning. Creators' go up at once in pieces (tus), other files with the form. */
(() => {
  const make = (tag, facts) => Object.assign(document.createElement(tag), facts);
  const size = (bytes) => {
    const [unit, value] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
  };
  let loading;
  const loadTus = (src) =>
    (loading ??= new Promise((onload, onerror) => document.head.append(make("script", { src, onload, onerror }))));

  for (const drop of document.querySelectorAll("[data-upload]")) {
    const words = drop.dataset;
    const [input, label, chosen, said, template] = ["input[type=file]", "label", ".chosen", "[role=status]", "template"].map(
      (what) => drop.querySelector(what),
    );
    const { form, multiple, name } = input;
    const shelf = words.shelf + name;
    let items = []; // { file, name, bytes, id (arrived), upload, part, trouble, isRefused, isPaused, address }
    let pressed; // the button of a form that waits for its files

    const isComing = (item) => item.upload && !item.id && !item.trouble;
    const isLarge = (item) => item.bytes > words.max;
    const carry = (which) => {
      const files = new DataTransfer();
      for (const { file } of items.filter(which)) if (file) files.items.add(file);
      input.files = files.files;
    };
    const keep = (which) => {
      try {
        localStorage[shelf] = JSON.stringify(items.filter(which).map(({ id, name, bytes }) => ({ id, name, bytes })));
      } catch {} // a browser that keeps nothing: after a reload the file is asked for again
    };

    const acts = {
      pause: (item) => {
        item.isPaused = true;
        item.upload.abort();
        show();
      },
      resume: (item) => start(item),
      up: (item, at) => items.splice(at - 1, 2, item, items[at - 1]) && show(),
      down: (item, at) => items.splice(at, 2, items[at + 1], item) && show(),
      remove: (item, at) => {
        item.upload?.abort(true).catch(() => {});
        items.splice(at, 1);
        show();
      },
    };

    const line = (item, at) => {
      const made = template.content.firstElementChild.cloneNode(true);
      const [text, bar, trouble] = made.children;
      text.textContent = [item.name, item.bytes && size(item.bytes), item.id && words.done].filter(Boolean).join(" · ");
      if (/^(image|video)\//.test(item.file?.type)) {
        const isFilm = item.file.type[0] === "v";
        const src = (item.address ??= URL.createObjectURL(item.file));
        made.prepend(make(isFilm ? "video" : "img", { src, alt: "", muted: true, playsInline: true, preload: "metadata" }));
      }
      bar.hidden = !isComing(item);
      bar.value = item.part ?? 0;
      bar.ariaLabel = item.name;
      item.bar = bar;
      trouble.textContent = item.trouble ?? "";
      const isStopped = item.isPaused || item.trouble;
      const may = {
        pause: isComing(item) && !isStopped,
        resume: item.upload && !item.id && isStopped && !item.isRefused,
        up: multiple && at,
        down: multiple && at < items.length - 1,
        remove: true,
      };
      for (const button of made.querySelectorAll("button")) {
        button.hidden = !may[button.value];
        button.onclick = () => {
          acts[button.value](item, at);
          chosen.children[items.indexOf(item)]?.querySelector(`[value=${button.value}]`).focus();
        };
      }
      return made;
    };

    const show = () => {
      carry(() => true); // should they go with the form after all
      chosen.replaceChildren(...items.map(line));
      chosen.hidden = !items.length;
      label.lastChild.textContent = !items.length ? words.first : multiple ? words.more : words.again;
      label.classList.toggle("lg", !items.length);
      const large = items.some(isLarge) ? words.tooBig : "";
      said.textContent = large || (items.some(isComing) ? (pressed ? words.waits : words.open) : "");
      said.className = large ? "fe" : "hint";
      input.setCustomValidity(large);
      keep((item) => item.id);
    };

    const start = async (item) => {
      item.trouble = item.isPaused = "";
      show();
      const [before] = await item.upload.findPreviousUploads();
      if (before && !item.upload.url) item.upload.resumeFromPreviousUpload(before);
      item.upload.start();
    };

    const send = async (item) => {
      if (!words.tus || isLarge(item)) return;
      await loadTus(words.script);
      item.upload = new tus.Upload(item.file, {
        endpoint: words.tus,
        chunkSize: 1 << 20,
        retryDelays: [0, 1e3, 3e3, 5e3, 1e4, 2e4, 3e4],
        metadata: { filename: item.name },
        headers: { "X-CSRFToken": form.csrf_token.value },
        fingerprint: async () => [shelf, item.name, item.bytes, item.file.lastModified].join(),
        removeFingerprintOnSuccess: true,
        onProgress: (sent) => (item.bar.value = item.part = sent / item.bytes),
        onSuccess: () => {
          item.id = item.upload.url.split("/").pop();
          show();
          if (pressed && items.every((one) => one.id)) form.requestSubmit(pressed);
        },
        onError: ({ originalResponse: answer }) => {
          item.isRefused = answer?.getStatus() === 422;
          item.trouble = item.isRefused ? answer.getBody() : words.broken;
          pressed = null;
          show();
        },
      });
      if (items.includes(item)) start(item);
    };

    const add = (files) => {
      const added = [...files].map((file) => ({ file, name: file.name, bytes: file.size }));
      if (!multiple) for (const item of items) item.upload?.abort();
      items = multiple ? [...items, ...added] : added.slice(-1);
      show();
      items.filter((item) => added.includes(item)).forEach(send);
    };

    input.onchange = () => input.files[0] && add(input.files);
    drop.ondragover = drop.ondrop = (event) => {
      event.preventDefault();
      if (event.type === "drop") add(event.dataTransfer.files);
    };
    form.addEventListener("submit", (event) => {
      if (items.some(isComing)) {
        event.preventDefault();
        pressed = event.submitter;
        return show();
      }
      carry((item) => !item.id && !item.isRefused);
    });
    form.addEventListener("formdata", ({ formData }) => {
      for (const item of items) if (item.id) formData.append(`${name}-sent`, `${item.id}/${item.name}`);
      if ("busy" in form.dataset) keep(() => false); // it is on its way (page.js), not only looked at
    });

    // What has arrived before: the server says so after an error, this browser after a reload or on the way back.
    const restore = () => {
      const told = [...drop.querySelectorAll("[type=hidden]")];
      for (const sent of told) sent.remove();
      try {
        if (!items.length && words.tus) items = JSON.parse(localStorage[shelf] ?? "[]");
      } catch {}
      if (told.length) items = told.map(({ value }) => ({ id: value.split("/")[0], name: value.replace(/^[^/]*\//, "") }));
      if (items.length) show();
    };
    addEventListener("pageshow", (event) => event.persisted && restore());
    restore();
  }

  // What is typed is kept on the server: every 5 seconds, and when the page goes out of sight.
  for (const form of document.querySelectorAll("form[data-typed^='/']")) {
    const typed = () => {
      const texts = [...new FormData(form)].filter(([name, text]) => text.trim && name !== "csrf_token" && !/-sent$/.test(name));
      return `${new URLSearchParams([["about", form.dataset.about], ...texts])}`;
    };
    let kept = typed();
    const save = async () => {
      const now = typed();
      if (now === kept) return;
      const headers = { "X-CSRFToken": form.csrf_token.value, "Content-Type": "application/x-www-form-urlencoded" };
      const answer = await fetch(form.dataset.typed, { method: "POST", body: now, headers, keepalive: true }).catch(() => null);
      if (answer?.ok) kept = now;
    };
    setInterval(save, 5000);
    document.addEventListener("visibilitychange", save);
  }
})();

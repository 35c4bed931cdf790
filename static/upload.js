/* Choosing a file: our own words instead of the browser's, its name, size and picture, and a warning before it is sent. */
(() => {
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

  for (const drop of document.querySelectorAll("[data-upload]")) {
    const input = drop.querySelector("input[type=file]");
    const button = drop.querySelector("label");
    const chosen = drop.querySelector(".chosen");
    const said = drop.querySelector("[role=status]");
    let addresses = [];

    const show = () => {
      addresses.forEach((address) => URL.revokeObjectURL(address));
      addresses = [];
      chosen.replaceChildren();
      const files = [...input.files];
      for (const file of files) {
        const line = document.createElement("p");
        line.textContent = `${file.name} · ${size(file.size, document.documentElement.lang)}`;
        if (/^(image|video)\//.test(file.type)) {
          addresses.push(URL.createObjectURL(file));
          chosen.append(picture(file, addresses.at(-1)));
        }
        chosen.append(line);
      }
      chosen.hidden = !files.length;
      if (files.length) {
        button.querySelector("span").textContent = button.dataset.again;
        button.classList.remove("lg");
      }
      const tooBig = files.some((file) => file.size > Number(drop.dataset.max));
      said.textContent = tooBig ? drop.dataset.tooBig : "";
      input.setCustomValidity(said.textContent);
    };

    input.addEventListener("change", show);
    addEventListener("pageshow", () => input.files.length && show());
    for (const name of ["dragover", "drop"]) drop.addEventListener(name, (event) => event.preventDefault());
    drop.addEventListener("drop", (event) => {
      input.files = event.dataTransfer.files;
      show();
    });
  }
})();

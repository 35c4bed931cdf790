/* Reviews: digits rate the focused criterion, the score follows, typed words survive, changes are pointed at, videos that
   are compared play in step. */
(() => {
  for (const pair of document.querySelectorAll("[data-step]")) {
    const [one, two] = pair.querySelectorAll("video");
    for (const [film, other] of two ? [[one, two], [two, one]] : []) {
      // The longer one goes on alone.
      film.onplay = () => other.ended || other.play();
      film.onpause = () => film.ended || other.pause();
      film.onseeked = () => {
        const at = Math.min(film.currentTime, other.duration || Infinity);
        if (film.ended || Math.abs(at - other.currentTime) < 0.2) return;
        other.currentTime = at;
        film.paused || other.play();
      };
    }
  }

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const { draft, weights } = form.dataset;
  const weightOf = JSON.parse(weights || "{}");
  const output = form.querySelector("#score");

  const score = () => {
    if (!output) return;
    let reached = 0;
    let total = 0;
    for (const [name, weight] of Object.entries(weightOf)) {
      const level = form.querySelector(`[name="${name}"]:checked`)?.value ?? "na";
      if (level === "na") continue;
      reached += weight * level;
      total += weight * 4;
    }
    output.value = total ? Math.floor((200 * reached + total) / (2 * total)) : "–";
  };

  const restore = () => {
    const kept = JSON.parse(sessionStorage.getItem(draft) || "null");
    if (!kept) return;
    for (const input of form.elements) {
      if (!input.name || input.type === "hidden") continue;
      const values = kept.filter(([name]) => name === input.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
      else if (values.length) input.value = values[0];
    }
  };

  form.addEventListener("input", () => {
    score();
    const entries = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
    sessionStorage.setItem(draft, JSON.stringify(entries));
  });

  form.addEventListener("keydown", (event) => {
    const level = event.target.matches("textarea") ? null : event.target.closest(".level");
    if (!level || event.ctrlKey || event.metaKey || event.altKey || !/^[0-4]$/.test(event.key)) return;
    const radio = level.querySelector(`input[value="${event.key}"]`);
    radio.focus();
    radio.click();
  });

  // Where something should change: a press on a photo fills in its point, choosing a video where it stands.
  const media = [...document.querySelectorAll(".seen > .media")].map((figure) => figure.querySelector("img, video"));
  let row = form.querySelector("[data-change]");
  const point = (medium, exactly) => {
    row.querySelector("select").value = `medium-${media.indexOf(medium) + 1}`;
    row.querySelector("[name$=exactly]").value = exactly;
    row.querySelector("input").focus();
  };
  form.addEventListener("focusin", (event) => (row = event.target.closest("[data-change]") ?? row));
  form.addEventListener("change", (event) => {
    const video = event.target.matches("[data-change] select") && media[event.target.value.slice(7) - 1];
    if (video?.duration) point(video, `${Math.floor(video.currentTime / 60)}:${`${Math.floor(video.currentTime) % 60}`.padStart(2, 0)}`);
  });
  for (const photo of media.filter((medium) => row && medium?.matches("img"))) {
    photo.addEventListener("click", (event) => {
      const box = photo.getBoundingClientRect();
      point(photo, [(event.x - box.x) / box.width, (event.y - box.y) / box.height].map((part) => part.toFixed(2)).join(", "));
    });
  }

  restore();
  score();
})();

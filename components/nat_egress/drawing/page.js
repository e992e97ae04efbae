"use strict";
// Without this script the page shows all the same: it lights up ways, and finds names.
(() => {
  const picture = document.querySelector(".picture");
  const told = document.querySelector(".told");
  const quiet = told.textContent;
  const rows = [...document.querySelectorAll("tr[data-key]")];
  const parts = [...picture.querySelectorAll("[data-trail]")];
  const trails = new Map(parts.map((part) => [part.id, part.dataset.trail.split(" ")]));

  // A hop lights up all that leads to it, too.
  const together = (key) => {
    const found = new Set(trails.get(key) ?? [key]);
    if (key.startsWith("hop-")) {
      for (const trail of trails.values()) if (trail.includes(key)) trail.forEach((one) => found.add(one));
    }
    return found;
  };

  const light = (key) => {
    const on = key ? together(key) : new Set();
    picture.classList.toggle("tracing", Boolean(key));
    for (const part of picture.querySelectorAll(".part")) part.classList.toggle("on", on.has(part.id));
    for (const row of rows) row.classList.toggle("on", row.dataset.key === key);
    const title = key && document.getElementById(key).querySelector("title");
    told.textContent = title ? title.textContent : quiet;
  };

  const keyOf = (target) => target.closest?.("[data-trail]")?.id ?? target.closest?.("tr[data-key]")?.dataset.key;
  const back = () => light(keyOf(document.activeElement));
  document.addEventListener("mouseover", (event) => {
    const key = keyOf(event.target);
    if (key) light(key);
    else back();
  });
  document.documentElement.addEventListener("mouseleave", back);
  document.addEventListener("focusin", (event) => light(keyOf(event.target)));
  document.addEventListener("focusout", () => light());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.activeElement.blur();
  });

  const search = document.querySelector("input");
  const count = document.querySelector(".count");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    const own = new Set(rows.filter((row) => texts.get(row).includes(wanted)));
    const around = new Set([...own].map((row) => row.dataset.in));
    const inside = new Set([...own].map((row) => row.dataset.key));
    const shown = new Set();
    for (const row of rows) {
      const found = own.has(row) || inside.has(row.dataset.in);
      row.hidden = !found && !around.has(row.dataset.key);
      if (found) for (const one of together(row.dataset.key)) shown.add(one);
    }
    picture.classList.toggle("filtering", wanted !== "");
    for (const part of picture.querySelectorAll(".part")) part.classList.toggle("missed", !shown.has(part.id));
    count.textContent = wanted === "" ? "" : `${own.size} found`;
    return own;
  };
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    const first = event.key === "Enter" && filter().values().next().value;
    if (first) document.getElementById(first.dataset.key)?.focus();
  });
  document.querySelector(".tools").hidden = false;
})();

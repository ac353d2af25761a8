// Refines what works without it: long lists of choices can be filtered by typing, and a frame that
// has nothing to scroll is no stop for the Tab key.
"use strict";

for (const pick of document.querySelectorAll("details[data-filter]")) {
  const list = pick.querySelector(".thb-checks");
  const box = document.createElement("input");
  box.type = "search";
  box.className = "thb-input thb-filter";
  box.autocomplete = "off";
  box.setAttribute("aria-label", pick.dataset.filter);
  box.placeholder = pick.dataset.filter;
  const none = document.createElement("p");
  none.className = "thb-help";
  none.setAttribute("role", "status");
  // Enter would send the form, which is not what somebody who filters wants.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const item of list.children) {
      const ticked = item.querySelector("input").checked;
      item.hidden = !ticked && !item.textContent.toLocaleLowerCase().includes(wanted);
      if (!item.hidden) ++shown;
    }
    none.textContent = shown === 0 ? pick.dataset.none : "";
  });
  list.before(box, none);
}

const frames = document.querySelectorAll(".thb-scroll, .thb-chart-scroll");
const setStops = () => {
  for (const frame of frames) {
    if (frame.scrollWidth > frame.clientWidth) frame.setAttribute("tabindex", "0");
    else frame.removeAttribute("tabindex");
  }
};
addEventListener("resize", setStops);
// A table that is folded away has no width until it is opened.
document.addEventListener("toggle", setStops, true);
setStops();

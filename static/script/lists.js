// A table that needs no sideways scrolling lets the page scroll, so that its header sticks to the window.
const fitted = new ResizeObserver((seen) => {
  for (const region of new Set(seen.map(({ target }) => target.closest(".table-region")))) {
    region.classList.toggle("fits", region.querySelector("table").offsetWidth <= region.clientWidth);
  }
});
for (const region of document.querySelectorAll(".tall, .list")) {
  fitted.observe(region);
  fitted.observe(region.querySelector("table"));
}

// A wide list scrolls sideways in a region of its own; its header follows the window all the same.
for (const region of document.querySelectorAll(".list")) {
  const head = region.querySelector("thead");
  const follow = () => {
    const above = -region.getBoundingClientRect().top, room = region.offsetHeight - 2 * head.offsetHeight;
    head.style.transform = region.classList.contains("fits") || above <= 0 ? "" : `translateY(${Math.min(above, room)}px)`;
  };
  addEventListener("scroll", follow, { passive: true });
  addEventListener("resize", follow);
}

// What opens above a list closes again by Escape and by a press beside it.
const popped = [...document.querySelectorAll(".toolbar details, .list-head details")];
addEventListener("click", ({ target }) => { for (const one of popped) if (!one.contains(target)) one.open = false; });
addEventListener("keydown", ({ key }) => {
  const open = popped.find((one) => one.open);
  if (key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

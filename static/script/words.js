// A difficult word in the help of a form opens what it means where it stands: read once from the page it leads to.
let page;
const told = async (key, address) => {
  page ??= fetch(address).then((answer) => answer.text()).then((text) => new DOMParser().parseFromString(text, "text/html"));
  return (await page).getElementById(key);
};

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(".hint a[href*='/glossary/#']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !link.showPopover) return;
  event.preventDefault();
  const address = new URL(link.href);
  const found = await told(address.hash.slice(1), address.pathname).catch(() => { page = undefined; });
  if (!found) { location.assign(link.href); return; }
  const box = document.createElement("div");
  box.className = "term";
  box.popover = "auto"; // Escape and a press beside it close it
  box.tabIndex = -1;
  box.setAttribute("role", "note");
  const name = Object.assign(document.createElement("strong"), { textContent: found.querySelector("dt").textContent });
  const says = Object.assign(document.createElement("p"), { textContent: found.querySelector("dd").textContent });
  says.prepend(name);
  box.append(says);
  box.addEventListener("toggle", ({ newState }) => { if (newState === "closed") { box.remove(); } });
  link.after(box);
  box.showPopover({ source: link });
  box.focus();
});

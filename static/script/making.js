// «Lag ny» beside a field: what was looked for there and not found is the name of what is made.

// Where nothing of a name is found, making it is offered below the search box. Gives the button, null where there is none.
function offerMaking(input, name, former) {
  former?.parentElement.remove();
  const make = input.closest(".field")?.querySelector(":scope > .make");
  if (!make || !name) return null;
  const line = Object.assign(document.createElement("p"), { className: "make-offer" });
  line.setAttribute("data-local", "");
  const button = pressed(input.form.dataset.make, "secondary", () => make.click());
  button.addEventListener("blur", (event) => { if (event.relatedTarget !== input) line.remove(); });
  button.setAttribute("aria-label", `${make.title}: ${name}`);
  line.append(button);
  input.parentElement.append(line);
  return button;
}

// A search box that is not sent itself sends what was looked for along with the press.
document.addEventListener("click", (event) => {
  const make = event.target.closest?.("button.make");
  const box = make?.closest(".field").querySelector("input[role=combobox]:not([name])");
  if (!box?.value.trim()) return;
  make.after(Object.assign(document.createElement("input"), { type: "hidden", name: `${make.value}-new`, value: box.value.trim() }));
});

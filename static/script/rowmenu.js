// What may be done with a row opens beside its button: the page that the button leads to, without the rest of it.
class RowMenu {
  constructor(form) {
    this.form = form;
    addEventListener("resize", () => { if (this.menu?.isConnected) this.place(); });
    form.addEventListener("submit", (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      this.open(event.submitter);
    });
  }

  async open(button) {
    const asked = new URLSearchParams(new FormData(this.form, button));
    const answer = await fetch(`${this.form.action}?${asked}`).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const menu = page && page.querySelector(".ways");
    if (!menu) { location.assign(`${this.form.action}?${asked}`); return; } // the page says what is wrong
    this.menu?.remove();
    this.menu = menu;
    this.button = button;
    menu.popover = "auto"; // Escape and a press beside it close it, and focus goes back
    menu.addEventListener("toggle", ({ newState }) => { button.toggleAttribute("data-open", newState === "open"); if (newState === "closed") menu.remove(); });
    menu.addEventListener("keydown", (event) => this.move(event));
    this.form.after(menu);
    menu.showPopover({ source: button });
    this.place();
    this.ways()[0].focus();
  }

  // Under the button, and within the window. Its ways cover the buttons beneath it, or leave them be.
  place() {
    const { menu } = this, button = this.button.getBoundingClientRect(), margin = 8, inset = 10;
    menu.style.top = `${button.bottom + 2 + scrollY}px`;
    menu.style.left = `${Math.max(margin, button.right - menu.offsetWidth + inset) + scrollX}px`;
    menu.scrollIntoView({ block: "nearest" });
  }

  ways() { return [...this.menu.querySelectorAll("a, button, summary")].filter((one) => one.checkVisibility()); }

  move(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.target.matches("input")) return;
    event.preventDefault();
    const ways = this.ways();
    ways[(ways.indexOf(document.activeElement) + by + ways.length) % ways.length].focus();
  }
}
const more = document.querySelector("form#more");
if (more) new RowMenu(more);

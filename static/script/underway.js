// How far changes of many rows have come: asked for each second. Of a page that sends one itself, once it is sent.
class Underway {
  constructor(place) {
    this.place = place;
    this.bars = new Map([...place.querySelectorAll("progress[id]")].map((bar) => [bar.id.slice(1), bar]));
  }

  start() {
    this.timer ??= setInterval(() => this.ask(), 1000);
  }

  async ask() {
    const answer = await fetch(this.place.dataset.now, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) this.show(await answer.json());
  }

  show(works) {
    if (this.bars.size && [...this.bars.keys()].some((id) => !(id in works))) return location.reload(); // one has ended
    for (const [id, bar] of this.bars) this.set(bar, works[id]);
    if (this.bars.size) return;
    const bar = this.place.querySelector("progress"), work = Object.values(works)[0];
    if (bar && work) { bar.hidden = false; this.set(bar, work); }
  }

  set(bar, { percent, step }) {
    const near = bar.parentElement, told = near.querySelector(".come");
    bar.value = percent;
    told.textContent = (told.dataset.text ?? told.textContent.replace(/\d+/, "{n}")).replace("{n}", percent);
    near.querySelector(".so-far").textContent = step;
  }
}
for (const place of document.querySelectorAll("[data-now]")) {
  const underway = new Underway(place), form = place.closest("form");
  if (!form) { if (underway.bars.size) underway.start(); continue; }
  form.addEventListener("submit", (event) => { if (!["step", "switch_language"].includes(event.submitter?.name)) underway.start(); });
}

// What happens inside a card: tabs, copying, forms, and the light on the curve while evidence is pointed at.
function choose(tab) {
  for (const other of tab.parentElement.children) {
    const on = other === tab;
    other.setAttribute("aria-selected", on);
    other.tabIndex = on ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !on;
  }
}

function tabCalled(button) {
  const tabs = [...button.closest(".lc-inside").querySelectorAll("[role=tab]")];
  return tabs.find((tab) => tab.textContent === button.dataset.tab);
}

async function copy(button) {
  const text = button.closest(".lc-code").querySelector("code").textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https the clipboard is closed to pages: an old road remains.
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.classList.add("lc-done");
  setTimeout(() => button.classList.remove("lc-done"), 1500);
}

element.addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab) return choose(tab);
  const button = event.target.closest("button");
  if (button?.hasAttribute("data-copy")) return copy(button);
  if (button?.hasAttribute("data-show")) return show(button);
  if (button?.dataset.tab) return choose(tabCalled(button));
  if (!button?.dataset.act) return;
  const { act } = button.dataset;
  if (act === "report") return trigger("report", { ...button.dataset });
  button.disabled = true;
  if (act === "feedback") return trigger("feedback", { ...button.dataset });
  trigger("act", { ...button.dataset });
});

element.addEventListener("keydown", (event) => {
  const tab = event.target.closest("[role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  const all = [...tab.parentElement.children];
  const next = all[(all.indexOf(tab) + step + all.length) % all.length];
  choose(next);
  next.focus();
  event.preventDefault();
});

element.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  trigger("act", { ...form.dataset, ...Object.fromEntries(new FormData(form)) });
});

// The figure itself names the shapes of each symptom; only their light is changed here.
function light(symptoms) {
  const plot = document.querySelector("#lc-plot .js-plotly-plot");
  if (!plot) return;
  const marks = plot.layout?.meta?.marks ?? {};
  const lit = new Set(symptoms.flatMap((symptom) => marks[symptom] ?? []).map(String));
  plot.classList.toggle("lc-lighting", lit.size > 0);
  for (const shape of plot.querySelectorAll(".shapelayer path")) {
    shape.classList.toggle("lc-lit", lit.has(shape.dataset.index));
  }
}

// On a phone, or far down the page, the curve is out of sight: a number brings it into view.
function show(button) {
  light([button.closest("[data-symptom]").dataset.symptom]);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector("#lc-plot")?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}

function pointed(event) {
  const at = event.target.closest?.("[data-symptom], .lc-card");
  if (!at) return light([]);
  const all = at.dataset.symptom ? [at] : [...at.querySelectorAll("[data-symptom].for")];
  light(all.map((each) => each.dataset.symptom));
}
element.addEventListener("mouseover", pointed);
element.addEventListener("focusin", pointed);
element.addEventListener("mouseleave", () => light([]));
element.addEventListener("focusout", () => light([]));

// The page around all others: addresses, light and dark, keys, files dropped anywhere. Runs once.
const inside = (node) => node.closest?.("input, textarea, select, [contenteditable=true]");

function theme(dark) {
  document.body.classList.toggle("dark", dark);
  localStorage.setItem("lossclinic-theme", dark ? "dark" : "light");
}
const kept = localStorage.getItem("lossclinic-theme");
if (kept) theme(kept === "dark");

// What is set on <html> tells screen readers the language, and scripts which words to use.
function language() {
  const head = document.querySelector("[data-lang]");
  root.lang = head?.dataset.lang ?? "en";
  const theme = document.querySelector("#lc-theme");
  if (head && theme) theme.ariaLabel = theme.title = head.dataset.theme;
  putIntoWordsSoon();
  setTimeout(() => dispatchEvent(new Event("resize"))); // the tabs are as wide as their words: more or fewer fit now
}
watch("value", () => setTimeout(language)); // the title is drawn anew before a timer runs
new MutationObserver(language).observe(document.querySelector(".lc-head"), { childList: true, subtree: true });
language();

document.addEventListener("click", (event) => {
  if (event.target.closest("#lc-theme")) return theme(!document.body.classList.contains("dark"));
  const link = event.target.closest('a[data-go], a[href^="?view="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

function go(address) {
  history.pushState(null, "", address);
  trigger("go", { query: location.search });
}
// On a narrow screen some tabs are in a menu, where they have nothing but their titles: the hidden row has them all.
const PAGES = ["chat", "knowledge", "compare", "learn", "documents"];
function pageCalled(title) {
  const titles = [...document.querySelectorAll("#lc-pages > .tab-wrapper > .visually-hidden button")];
  return PAGES[titles.findIndex((each) => each.textContent === title)];
}
// A tab that is pressed has its address too, so that it can be linked and the way back leads to it.
document.addEventListener("click", (event) => {
  const tab = event.target.closest("#lc-pages > .tab-wrapper :is([role=tab], .overflow-dropdown button)");
  const page = tab && (tab.dataset.tabId ?? pageCalled(tab.textContent));
  if (page) history.pushState(null, "", page === "chat" ? location.pathname : `?view=${page}`);
});
window.addEventListener("popstate", () => trigger("go", { query: location.search }));
window.lossclinicGo = go;

document.addEventListener("keydown", (event) => {
  if (event.altKey && event.code === "KeyN") {
    event.preventDefault();
    document.querySelector("#lc-new")?.click();
  } else if (event.key === "/" && !inside(event.target)) {
    event.preventDefault();
    const search = document.querySelector("#lc-search textarea, #lc-search input");
    (search?.offsetParent ? search : document.querySelector("#lc-box textarea"))?.focus();
  }
});

// A file may be dropped anywhere on the page; the box takes it.
const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!files(event)) return;
  event.preventDefault();
  document.body.classList.add("lc-dropping");
});
for (const over of ["dragleave", "drop"]) {
  document.addEventListener(over, (event) => {
    if (over === "drop" || !event.relatedTarget) document.body.classList.remove("lc-dropping");
  });
}
document.addEventListener("drop", (event) => {
  if (!files(event) || event.target.closest("#lc-box, [data-testid=file-upload], .lc-own-drop")) return;
  event.preventDefault();
  const input = document.querySelector("#lc-box input[type=file]");
  if (!input) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// What draws plots is large. It is loaded once the page is there and has nothing else to do, or somebody begins to do something.
const begun = new AbortController();
for (const kind of ["pointerdown", "keydown", "dragenter", "paste", "change"]) {
  document.addEventListener(kind, wake, { signal: begun.signal, capture: true });
}
function wake() {
  if (begun.signal.aborted) return;
  begun.abort();
  if (!document.querySelector("#lc-plot .js-plotly-plot")) trigger("wake");
}
const whenIdle = window.requestIdleCallback ?? setTimeout;
setTimeout(() => whenIdle(wake), 1500);

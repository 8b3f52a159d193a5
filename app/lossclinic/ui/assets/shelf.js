// The conversations that this browser keeps. They lie in its own storage; the server sees one only while it is open.
const INDEX = "lossclinic-cases";
const key = (id) => `lossclinic-case-${id}`;
const index = () => JSON.parse(localStorage.getItem(INDEX) ?? "[]");
const put = (list) => localStorage.setItem(INDEX, JSON.stringify(list));
let words = {};

// A server that was started anew knows nothing of this page, which Gradio then loads again: the conversation that was open in this
// tab is taken up from the browser.
const OPEN = "lossclinic-open";
const served = String(window.gradio_config?.app_id ?? "");

function resume() {
  const open = JSON.parse(sessionStorage.getItem(OPEN) ?? "null");
  sessionStorage.removeItem(OPEN);
  if (!open || !served || open.served === served) return;
  const text = localStorage.getItem(key(open.id));
  if (text) trigger("open", { text });
}

function keep({ id, title, text }) {
  sessionStorage.setItem(OPEN, JSON.stringify({ served, id }));
  const before = index();
  const old = before.find((each) => each.id === id);
  const entry = { id, title: old?.named ? old.title : title, named: old?.named, when: Date.now() };
  let list = [entry, ...before.filter((each) => each.id !== id)];
  for (;;) {
    try {
      localStorage.setItem(key(id), text);
      return put(list);
    } catch {
      // The storage is full: the oldest makes room, never the one at hand.
      const oldest = list.pop();
      if (!oldest || oldest.id === id) return;
      localStorage.removeItem(key(oldest.id));
    }
  }
}

function remove(id) {
  localStorage.removeItem(key(id));
  put(index().filter((each) => each.id !== id));
  draw();
}

function rename(entry) {
  const title = prompt(words.rename, entry.title);
  if (!title) return;
  put(index().map((each) => (each.id === entry.id ? { ...each, title, named: true } : each)));
  draw();
}

function save(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function button(label, act, hint) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  if (hint) made.setAttribute("aria-label", hint);
  made.addEventListener("click", act);
  return made;
}

function row(entry) {
  const item = document.createElement("li");
  const open = button(entry.title, () => trigger("open", { text: localStorage.getItem(key(entry.id)), title: entry.title }));
  open.className = "lc-open";
  const when = document.createElement("time");
  when.textContent = new Date(entry.when).toLocaleString(words.lang, { dateStyle: "short", timeStyle: "short" });
  const hint = (what) => `${what}: ${entry.title}`;
  item.append(
    open,
    when,
    button("✎", () => rename(entry), hint(words.rename)),
    button("⤓", () => save(`${entry.title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40)}.lossclinic.json`, localStorage.getItem(key(entry.id)), "application/json"), hint(words.export)),
    button("✕", () => confirm(`${words.delete}: ${entry.title}?`) && remove(entry.id), hint(words.delete)),
  );
  return item;
}

function draw() {
  const place = element.querySelector(".lc-shelf");
  const list = document.createElement("ul");
  const held = index();
  list.append(...held.map(row));
  const fold = document.createElement("details");
  fold.open = place.querySelector("details")?.open ?? false;
  const head = document.createElement("summary");
  head.textContent = `${words.title} (${held.length})`;
  const note = document.createElement("p");
  note.className = "lc-note";
  note.textContent = words.note;
  const file = document.createElement("input");
  file.type = "file";
  file.accept = ".json";
  file.hidden = true;
  file.addEventListener("change", async () => file.files[0] && trigger("open", { text: await file.files[0].text() }));
  const tools = document.createElement("p");
  tools.className = "lc-buttons";
  tools.append(button(words.import, () => file.click()), button(words.feedback, () => trigger("feedback")), file);
  fold.append(head, note, list, tools);
  place.replaceChildren(fold);
}

function changed() {
  const told = JSON.parse(props.value || "{}");
  if (told.words) words = told.words;
  if (told.keep) keep(told.keep);
  if (told.save) save(told.save.name, told.save.text, told.save.type);
  draw();
}
watch("value", changed);
changed();
setTimeout(resume, 500); // once the page listens

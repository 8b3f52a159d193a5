// What the components say of themselves follows the browser's language; here it follows the one that was chosen.
const root = document.documentElement;
const OWN_WORDS = [
  ["Clear", "清空对话"],
  ["Multimedia input field", "输入文字或放入文件"],
  ["Copy message", "复制这条消息"],
  ["Message copied", "已复制"],
  ["Edit", "编辑"],
  ["Retry", "重试"],
  ["Undo", "撤销"],
  ["Submit", "发送"],
  ["Cancel", "取消"],
  ["Stop", "停止"],
  ["Upload a file", "上传文件"],
  ["Click to upload or drop files", "点击上传或拖入文件"],
  ["More tabs", "更多页面"],
  ["Drop File Here", "将文件拖放到此处"],
  ["- or -", "- 或 -"],
  ["Click to Upload", "点击上传"],
];
const known = new Map(OWN_WORDS.flatMap((pair) => pair.map((word) => [word, pair])));

function inLanguage(word) {
  return known.get(word.trim())?.[root.lang === "zh" ? 1 : 0];
}

function putIntoWords() {
  for (const place of document.querySelectorAll("#lc-chat, #lc-box, .lc-own-drop, #lc-pages > .tab-wrapper")) {
    for (const named of place.querySelectorAll("[aria-label]")) {
      const word = inLanguage(named.ariaLabel);
      if (word && word !== named.ariaLabel) named.ariaLabel = word;
      if (word && named.title && word !== named.title) named.title = word;
    }
    if (!place.matches(".lc-own-drop")) continue;
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const word = inLanguage(texts.currentNode.data);
      if (word && word !== texts.currentNode.data.trim()) texts.currentNode.data = word;
    }
  }
}

let due = 0;
function putIntoWordsSoon() {
  due ||= requestAnimationFrame(() => {
    due = 0;
    putIntoWords();
  });
}
new MutationObserver(putIntoWordsSoon).observe(document.body, { childList: true, subtree: true });

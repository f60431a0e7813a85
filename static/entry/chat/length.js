// Says how much too long a message is. Nothing of it is cut off, and its length is counted as the server counts it
// (chat/frames.py): in code points, of the text that is sent.

// The text of the field as it is sent; the server removes the same control characters.
// deno-lint-ignore no-control-regex
export const textOf = (field) => field.value.replace(/[\0-\x08\x0b-\x1f\x7f]/g, "").trim();

// Returns a function that tells whether the message is too long, and says so in `notice`.
export const createLengthCheck = (field, notice) => {
  const limit = Number(notice.dataset.limit);
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const plural = new Intl.PluralRules(language);
  // The sentence for each of some numbers, which cover the plural forms of every language.
  const sentences = Object.entries(JSON.parse(notice.dataset.tooLong));

  const check = () => {
    const excess = [...textOf(field)].length - limit;
    const isTooLong = excess > 0;
    if (isTooLong) {
      const form = plural.select(excess);
      const [, sentence] = sentences.find(([example]) => plural.select(Number(example)) === form) ?? sentences[0];
      notice.querySelector("span").textContent = sentence.replace("%", number.format(excess));
    }
    notice.hidden = !isTooLong;
    if (isTooLong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    return isTooLong;
  };
  field.addEventListener("input", check);
  return check;
};

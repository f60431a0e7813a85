// Calls for attention when a message arrives on a page that is not visible: a count in the title, and a sound unless it
// is turned off.
import { createSound } from "../sound.js";

// Returns the function to call with the number of new messages.
export const createAttention = (button, { soundByDefault }) => {
  const title = document.title;
  const play = createSound(button, { storageKey: "entry-sound", byDefault: soundByDefault });
  let count = 0;

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    count = 0;
    document.title = title;
  });

  return (messages) => {
    if (document.visibilityState === "visible") return;
    count += messages;
    document.title = `(${count}) ${title}`;
    play();
  };
};

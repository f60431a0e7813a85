// A short sound, which a button turns on and off; the browser remembers the choice.
import { createStore } from "./storage.js";

const beep = (context) => {
  const start = context.currentTime;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.setValueAtTime(660, start);
  tone.frequency.setValueAtTime(880, start + 0.12);
  volume.gain.setValueAtTime(0.15, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + 0.35);
};

// Returns the function that plays the sound, if it is on. `storageKey` is where the choice is kept.
export const createSound = (button, { storageKey, byDefault }) => {
  const store = createStore(() => localStorage, storageKey);
  let context = null;
  let on = store.read() ?? byDefault;

  const updateLabel = () => {
    button.textContent = on ? button.dataset.on : button.dataset.off;
  };
  const play = () => {
    if (on && context) beep(context);
  };
  updateLabel();
  button.addEventListener("click", () => {
    on = !on;
    store.write(on);
    updateLabel();
    play();
  });

  // Browsers allow sound only after the person has used the page.
  const unlock = () => {
    if (!globalThis.AudioContext) return;
    context ??= new AudioContext();
    context.resume();
  };
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, unlock, { capture: true });
  return play;
};

// Calls for attention when a message arrives on a page that nobody is looking at: a count in the title, and a sound for
// whoever wants one.

const KEY = "entry-sound";

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

export const attentionOf = (button, { usually }) => {
  const title = document.title;
  let count = 0;
  let context = null;
  let on = usually;
  try {
    on = (localStorage.getItem(KEY) ?? (usually ? "on" : "off")) === "on";
  } catch {
    // Without storage the choice lasts as long as the page.
  }

  const label = () => { button.textContent = on ? button.dataset.on : button.dataset.off; };
  label();
  button.addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // As above.
    }
    label();
    if (on) beep(context);
  });

  // Browsers let a page sound only after its person has touched it.
  const unlock = () => {
    context ??= new AudioContext();
    context.resume();
  };
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, unlock, { capture: true });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    count = 0;
    document.title = title;
  });

  return (messages) => {
    if (document.visibilityState === "visible") return;
    count += messages;
    document.title = `(${count}) ${title}`;
    if (on && context) beep(context);
  };
};

// Says that the link of this page no longer works, in place of everything that was shown under it.

export const showRevoked = () => {
  const { content } = document.getElementById("revoked");
  for (const name of ["header", "main"]) {
    document.querySelector(`body > ${name}`).replaceWith(content.querySelector(name).cloneNode(true));
  }
  document.body.removeAttribute("class");
  const heading = document.querySelector("h1");
  document.title = heading.textContent;
  heading.focus();
};

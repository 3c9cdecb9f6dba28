// What goes with a viewer: the small picture that follows a reader, and twins that turn together.

const IN_SIGHT = 0.4; // the part of the view that has to be seen for it to stay where it is
const ROOM = 900; // CSS px of page width below which a second picture would cover what is read

// While something in the structure is lit and the structure is scrolled out of sight, it follows as a small picture:
// a close-up and the atoms behind it are looked at together. Its place on the page is kept, so that nothing moves.
export function followWhatIsLit(model, el, host, away) {
  let seen = 1;
  let dismissed = false;
  const place = () => {
    const lit = model.lit.length + model.lit_pairs.length > 0;
    host.classList.toggle("bsct-inset", lit && !dismissed && seen < IN_SIGHT && window.innerWidth >= ROOM);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      seen = entries[entries.length - 1].intersectionRatio;
      if (seen >= IN_SIGHT) dismissed = false;
      place();
    },
    { threshold: [0, IN_SIGHT, 1] },
  );
  observer.observe(el);
  away.onclick = () => {
    dismissed = true;
    place();
  };
  model.on(["lit", "lit_pairs"], place);
  return () => observer.disconnect();
}

// Viewers of the same `twin` turn and zoom together. They find each other by events on the document: nothing is global,
// and the server hears nothing of it.
export function turnTogether(model, scene) {
  const tell = () => {
    if (!model.twin || !scene.data) return;
    document.dispatchEvent(
      new CustomEvent("bsct-turned", { detail: { twin: model.twin, scene, camera: scene.camera() } }),
    );
  };
  // One that shows the same molecule already says how it stands.
  const ask = () => {
    if (model.twin) document.dispatchEvent(new CustomEvent("bsct-how-turned", { detail: { twin: model.twin, scene } }));
  };
  const isTwin = ({ twin, scene: other }) =>
    twin === model.twin && other !== scene && scene.data && other.data?.structure === scene.data.structure;
  const hear = ({ detail }) => {
    if (isTwin(detail)) scene.standAs(detail.camera);
  };
  const answer = ({ detail }) => {
    if (isTwin(detail)) tell();
  };
  document.addEventListener("bsct-turned", hear);
  document.addEventListener("bsct-how-turned", answer);
  model.on("twin", tell);
  const leave = () => {
    document.removeEventListener("bsct-turned", hear);
    document.removeEventListener("bsct-how-turned", answer);
  };
  return { tell, ask, leave };
}

// NGL, out of the bundle that pip installed with nglview. Nothing is asked of any other host.

// In JupyterLab the extension that nglview's wheel brings is a federated module; its exports hold NGL.
async function libraryFromJupyterLab() {
  const container = globalThis._JUPYTERLAB?.["nglview-js-widgets"];
  if (!container) return null;
  const factory = await container.get("./extension").catch(() => container.get("./index"));
  const module = factory();
  const plugins = [module.default ?? module].flat();
  for (const plugin of plugins) {
    let found = null;
    plugin.activate?.(null, {
      registerWidget: (data) => {
        found = data.exports;
      },
    });
    // oxlint-disable-next-line no-await-in-loop -- the first plugin that has NGL ends the search
    found = typeof found === "function" ? await found() : await found;
    if (found?.NGL) return found.NGL;
  }
  return null;
}

// A page of `panel serve`: an AMD module, which needs nothing but the base classes of Jupyter's widgets. It gets a
// `define` of its own, so that no loader and no global has to exist.
async function libraryFromServer(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText} for ${response.url}`);
  const source = await response.text();
  const widgets = {
    DOMWidgetModel: class {
      defaults() {
        return {};
      }
    },
    DOMWidgetView: class {},
  };
  let module = null;
  const define = (dependencies, factory) => {
    module = factory(...dependencies.map(() => widgets));
  };
  define.amd = {};
  new Function("define", source)(define);
  if (!module?.NGL) throw new Error("nglview's bundle holds no NGL");
  return module.NGL;
}

// One per page: the bundle is 5 MB. Forgotten when it fails, so that the next viewer tries again.
let libraryPromise = null;

export function loadLibrary(url, missing) {
  libraryPromise ??= (async () => {
    const library = await libraryFromJupyterLab();
    if (library) return library;
    // Notebook kernels give a path of a server that they do not run; only an http(s) page with our route has it.
    if (!url) throw new Error(missing);
    return libraryFromServer(url);
  })().catch((error) => {
    libraryPromise = null;
    throw error;
  });
  return libraryPromise;
}

// What draws: null without WebGL, else its name, as far as the browser tells it.
export function webGLRenderer() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  if (!context) return null;
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  // Browsers keep a small number of contexts: give this one back at once.
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return name;
}

// Drawn by the processor, which has the curves and the potentials to do as well.
export const isSoftware = (renderer) => /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);

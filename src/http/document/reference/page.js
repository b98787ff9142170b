// Shows the OpenAPI document with Swagger UI, in the colours that the reader's device prefers.
"use strict";

const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", prefersDark.matches);
prefersDark.addEventListener("change", follow);
follow();

// Swagger UI would write what an extension says in one line, and each of the many headers of each
// of the many answers at once.
const readable = {
  wrapComponents: {
    OperationExtRow: (_original, system) => ({ xKey, xVal }) => {
      const element = system.React.createElement;
      const value = JSON.stringify(xVal, null, 2);
      return element(
        "tr",
        null,
        element("td", null, xKey),
        element("td", null, element("pre", { className: "ai-metadata" }, value)),
      );
    },
    headers: (Headers, system) => (props) => {
      const element = system.React.createElement;
      const summary = element("summary", null, "Headers");
      return props.headers?.size ? element("details", null, summary, element(Headers, props)) : null;
    },
  },
};

SwaggerUIBundle({
  // Relative to the page, so that it is right behind a proxy that adds a prefix.
  url: "openapi.json",
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [readable],
  layout: "BaseLayout",
  deepLinking: true,
  filter: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // x-ai-metadata is one.
  showExtensions: true,
  tryItOutEnabled: true,
  // A token stays on the page only.
  persistAuthorization: false,
  // The document is sent to nobody.
  validatorUrl: null,
});

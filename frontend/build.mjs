// Bundles css/, js/ and the drawings into src/jiyu/ui/static/ui: hashed names and a manifest, the same bytes every time.
// `--check` writes nothing and ends 1 when the committed files are not what the sources give.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "lightningcss";
import { buildSync } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "../src/jiyu/ui/static/ui");
const chrome64 = { chrome: 64 << 16 };

function style() {
  return bundle({ filename: path.join(here, "css/app.css"), minify: true, targets: chrome64 }).code;
}

function script(name) {
  const made = buildSync({
    entryPoints: [path.join(here, "js", name)], bundle: true, minify: true, format: "iife", target: "chrome64",
    charset: "utf8", legalComments: "none", write: false,
  });
  return Buffer.from(made.outputFiles[0].contents);
}

function drawing(name) {
  return Buffer.from(
    fs.readFileSync(path.join(here, name), "utf8").replace(/<!--.*?-->/gs, "").replace(/>\s+</g, "><").trim(),
  );
}

const built = { "app.css": style(), "icons.svg": drawing("icons.svg"), "favicon.svg": drawing("favicon.svg") };
for (const name of fs.readdirSync(path.join(here, "js")).sort()) built[name] = script(name);

const wanted = new Map();
const manifest = {};
for (const [name, bytes] of Object.entries(built).sort()) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}.${hash}${ext}`;
  wanted.set(manifest[name], bytes);
}
wanted.set("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));

if (process.argv.includes("--check")) {
  const stale = [...wanted].filter(([name, bytes]) => {
    const file = path.join(target, name);
    return !fs.existsSync(file) || !fs.readFileSync(file).equals(bytes);
  });
  const left = fs.readdirSync(target).filter((name) => !wanted.has(name));
  if (stale.length || left.length) {
    console.error(`stale: ${[...stale.map(([name]) => name), ...left].join(", ")}; run: npm run build`);
    process.exit(1);
  }
} else {
  fs.mkdirSync(target, { recursive: true });
  for (const name of fs.readdirSync(target)) if (!wanted.has(name)) fs.rmSync(path.join(target, name));
  for (const [name, bytes] of wanted) fs.writeFileSync(path.join(target, name), bytes);
}

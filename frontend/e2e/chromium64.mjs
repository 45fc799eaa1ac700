// Real Chromium 64 (the oldest browser we promise), driven by the puppeteer of its time.
//
//   node chromium64.mjs --url URL [--width 360] [--height 740] [--scale 2] [--shot FILE.png]
//                       [--full] [--no-js] [--cookie name=value] [--clicks JSON]
//
// Clicks are a JSON list of steps, run in order; each one waits for what it starts:
//   {"click": "css"} | {"go": "css"} (a click that loads a page) | {"type": ["css", "text"]}
//   {"see": "text"}  | {"url": "part of the address"}            | {"shot": "FILE.png"}
// Prints one JSON line: {"version", "title", "url", "status", "sideways", "errors"}; ends 1 when a step fails.
import { createRequire } from "node:module";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { parseArgs } from "node:util";

const require = createRequire(import.meta.url);
const puppeteer = require("puppeteer");

/** The binary lies compressed in its package; it is unpacked once into the machine's temporary folder. */
function unpackedBinary() {
  const packed = path.join(path.dirname(require.resolve("chrome-aws-lambda/package.json")), "bin");
  const name = fs.readdirSync(packed).find((file) => file.endsWith(".br"));
  const target = path.join(os.tmpdir(), `jiyu-${name.replace(/\.br$/, "")}`);
  if (!fs.existsSync(target)) {
    const partial = `${target}.${process.pid}`;
    fs.writeFileSync(partial, zlib.brotliDecompressSync(fs.readFileSync(path.join(packed, name))), { mode: 0o755 });
    fs.renameSync(partial, target);
  }
  return target;
}

const pair = (text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];

async function step(page, one) {
  if (one.click) await page.click(one.click);
  else if (one.go) await Promise.all([page.waitForNavigation({ timeout: 15000 }), page.click(one.go)]);
  else if (one.type) await page.type(one.type[0], one.type[1]);
  else if (one.shot) await page.screenshot({ path: one.shot });
  else if (one.url) {
    if (!page.url().includes(one.url)) throw new Error(`expected the address to have ${one.url}, it is ${page.url()}`);
  } else if (one.see) {
    const text = await page.evaluate(() => document.body.innerText);
    if (!text.includes(one.see)) throw new Error(`expected to see ${one.see}`);
  } else throw new Error(`unknown step ${JSON.stringify(one)}`);
}

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    width: { type: "string", default: "360" },
    height: { type: "string", default: "740" },
    scale: { type: "string", default: "1" },
    shot: { type: "string" },
    full: { type: "boolean", default: false },
    "no-js": { type: "boolean", default: false },
    cookie: { type: "string", multiple: true, default: [] },
    clicks: { type: "string" },
  },
});

const browser = await puppeteer.launch({
  executablePath: unpackedBinary(),
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--single-process", "--no-zygote",
         "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let failed = false;
try {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error.message || error)));
  page.on("console", (message) => message.type() === "error" && errors.push(String(message.text())));
  await page.setViewport({
    width: Number(options.width), height: Number(options.height), deviceScaleFactor: Number(options.scale),
  });
  await page.setJavaScriptEnabled(!options["no-js"]);
  for (const cookie of options.cookie) {
    const [name, value] = pair(cookie);
    await page.setCookie({ name, value, url: options.url });
  }
  const response = await page.goto(options.url, { waitUntil: "load", timeout: 30000 });
  const clicks = options.clicks ? JSON.parse(options.clicks) : [];
  for (const [index, one] of clicks.entries()) {
    try {
      await step(page, one);
    } catch (error) {
      failed = true;
      errors.push(`step ${index + 1} ${JSON.stringify(one)}: ${error.message}`);
      break;
    }
  }
  if (options.shot) await page.screenshot({ path: options.shot, fullPage: options.full });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  console.log(JSON.stringify({
    version: await browser.version(), title: await page.title(), url: page.url(),
    status: response && !response.ok ? response.status : 200, sideways, errors,
  }));
} finally {
  await browser.close();
}
process.exitCode = failed ? 1 : 0;

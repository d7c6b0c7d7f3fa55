// What every journey needs: the real program on data of its own, a browser that notices what is wrong
// (console errors, broken policies, failed requests), and axe on every page that is looked at.
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Screenshots are kept where E2E_SHOTS says, else in a temporary folder that is named when a journey fails.
const shots = process.env.E2E_SHOTS ?? (await mkdtemp(path.join(tmpdir(), "dotpha-shots-")));
await mkdir(shots, { recursive: true });

export const desktop = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

// Nothing of the tester's own configuration reaches the program.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DOTPHA_")));
const binary = path.join(root, "target", "debug", "dotpha");

/** Runs a command to its end and returns what it printed; `input` is what it reads. */
export async function command(args, { data, input = "" }) {
  const child = spawn(binary, args, { env: { ...environment, DOTPHA_DATA__FOLDER: data }, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`dotpha ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Starts a server on data of its own, waits until it answers, and can stop it and take its data away. */
async function start(args, data, env = {}) {
  const child = spawn(binary, args, { env: { ...environment, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let ended = null;
  const ready = new Promise((resolve, reject) => {
    const hear = (chunk) => {
      output += chunk;
      const address = output.replace(/\x1b\[[0-9;]*m/g, "").match(/127\.0\.0\.1:[1-9]\d*/);
      if (address) resolve(`http://${address[0]}`);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code, signal) => {
      ended = code ?? signal;
      reject(new Error(`dotpha ${args.join(" ")} ended (${ended}) before it was ready:\n${output}`));
    });
    setTimeout(() => reject(new Error(`not ready within 60 s:\n${output}`)), 60_000).unref();
  });
  const url = await ready;
  return {
    url,
    data,
    output: () => output,
    /** Asks it to stop; returns its exit code. */
    async stop() {
      if (ended === null) {
        const gone = new Promise((resolve) => child.on("exit", resolve));
        child.kill("SIGTERM");
        await gone;
      }
      await rm(data, { recursive: true, force: true });
      return ended;
    },
  };
}

const folder = () => mkdtemp(path.join(tmpdir(), "dotpha-e2e-"));

/** The demo, with its sample organisations and documents. */
export async function startDemo(files = []) {
  const data = await folder();
  return start(["demo", "--data", data, "--port", "0", ...files], data);
}

/** An empty installation with its first administrator. */
export async function startInstallation({ organisation, login, name, password }) {
  const data = await folder();
  await command(["account", "first", "--organisation", organisation, "--login", login, "--name", name], { data, input: `${password}\n` });
  return start(["serve"], data, { DOTPHA_DATA__FOLDER: data, DOTPHA_SERVER__LISTEN: "127.0.0.1:0" });
}

/** Debian's Chromium without any traffic of its own. */
export function launch() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A visitor with a window of his own. `problems` fills with whatever the browser complains about. */
export async function visitor(browser, url, { viewport = desktop, language = "vi" } = {}) {
  const context = await browser.newContext({ baseURL: url, viewport, locale: language === "vi" ? "vi-VN" : "en-GB" });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems = [];
  // A form that answers 422 or a page that is not found is reported by the browser as a failed load.
  const expected = /Failed to load resource: the server responded with a status of (403|404|422)/;
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} ${response.url()}`);
  });
  return { context, page, problems };
}

export async function logIn(page, login, password) {
  await page.goto("/login");
  await page.locator('main input[name="login"]').fill(login);
  await page.locator('main input[name="password"]').fill(password);
  await page.locator('main form[action="/login"] button').click();
  await page.waitForURL((at) => !at.pathname.startsWith("/login"));
}

/** Looks at a page as a person and as axe would: at both sizes, no serious finding, no sideways scrolling. */
export async function look(who, name) {
  const { page, problems } = who;
  const before = page.viewportSize();
  const wrong = [];
  for (const [size, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: path.join(shots, `${name}-${size}.png`), fullPage: true });
    await page.evaluate(axe);
    const result = await page.evaluate(() =>
      axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
    );
    for (const finding of result.violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
      const where = finding.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} (${n.failureSummary.split("\n").pop().trim()})`);
      wrong.push(`${size}: ${finding.id}: ${finding.help}: ${where.join("; ")}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) wrong.push(`${size}: the page is ${wide} px wider than the window`);
  }
  await page.setViewportSize(before);
  wrong.push(...problems.splice(0));
  if (wrong.length > 0) throw new Error(`${name} (${page.url()}; screenshots in ${shots}):\n${wrong.join("\n")}`);
}

/** The shape of an address: ids left out, and of a query only that there is one. */
const shape = (url) => url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}") + (url.search ? "?" : "");

/**
 * Follows every link from a page on, a few of each shape, as whoever is logged in: each must answer 200 (files too),
 * and the first page of each shape that is not in `looked` yet is looked at. Returns the shapes seen.
 */
export async function followLinks(who, from, { each = 2, name, looked = new Set() }) {
  const { page, context } = who;
  const seen = new Map();
  const done = new Set();
  const queue = [{ href: new URL(from, page.url()).href, on: "the start" }];
  while (queue.length > 0) {
    const { href, on } = queue.shift();
    const url = new URL(href);
    url.hash = "";
    const kind = shape(url);
    if (done.has(url.href) || (seen.get(kind) ?? 0) >= each) continue;
    done.add(url.href);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    const response = await page.goto(url.href).catch(async (error) => {
      if (!error.message.includes("Download is starting")) throw error;
      return null;
    });
    if (response === null) {
      const file = await context.request.get(url.href);
      if (file.status() !== 200) throw new Error(`${on} leads to ${url.href}, which answers ${file.status()}`);
      continue;
    }
    if (response.status() !== 200) throw new Error(`${on} leads to ${url.href}, which answers ${response.status()}`);
    if (!looked.has(kind)) await look(who, `${name}${kind.replace(/[^a-z]+/g, "-")}`);
    looked.add(kind);
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.href));
    for (const link of links) if (new URL(link).origin === url.origin) queue.push({ href: link, on: `${url.pathname}${url.search}` });
  }
  return [...seen.keys()];
}

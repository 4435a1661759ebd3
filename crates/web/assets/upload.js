// Sends each chosen file in parts (tus 1.0.0) and goes on after an outage. Without it the form sends them whole.
(() => {
  const form = document.querySelector("form[data-uploads]");
  if (!form || !window.createImageBitmap) return;
  const { uploads, kind, sending, waiting, done, failed } = form.dataset;
  const input = form.elements.file, button = form.querySelector("button");
  const find = (id) => document.getElementById(id), told = find("told");
  const PART = 384 << 10, SIDE = 2500, LONGEST_WAIT = 8e3, GIVE_UP = 6e5;
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  // Photos only, and only when that makes them smaller; the browser turns them as they were taken.
  const shrunk = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = SIDE / Math.max(picture.width, picture.height);
      if (scale >= 1) return file;
      const canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { alpha: false });
      canvas.width = picture.width * scale;
      canvas.height = picture.height * scale;
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
      return small && small.size < file.size ? small : file;
    } catch { return file; }
  };

  // Throws what may pass; of other refusals `final` is the reason. 404: the server forgot the upload.
  const ask = async (method, address, headers, body) => {
    const answer = await fetch(address, {
      method, body, headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": form.elements.csrf.value, ...headers },
    });
    if (answer.ok || (answer.status === 404 && address !== uploads)) return answer;
    if (answer.status >= 500 || answer.status === 429) throw new Error();
    const { type = "", detail = "" } = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(detail), { final: !type.endsWith("/upload-offset") });
  };

  // After a failure the server says how far it has come; an empty last part asks for an answer that was missed.
  const send = async (name, body, shows) => {
    let address, offset, unsure, wait = 500, since = Date.now();
    for (;;) try {
      if (!address) {
        const metadata = `kind ${base64(kind)},filename ${base64(name)}`;
        const made = await ask("POST", uploads, { "Upload-Length": body.size, "Upload-Metadata": metadata });
        [address, offset, unsure] = [made.headers.get("Location"), 0, false];
      }
      const part = { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
      const answer = await (unsure ? ask("HEAD", address) : ask("PATCH", address, part, body.slice(offset, offset + PART)));
      if (answer.status === 404) { address = null; continue; }
      offset = +answer.headers.get("Upload-Offset");
      shows(offset / body.size);
      if (!unsure && offset >= body.size) return;
      [unsure, wait, since] = [false, 500, Date.now()];
    } catch (error) {
      if (error.final || Date.now() - since > GIVE_UP) throw error;
      unsure = true;
      told.textContent = `${waiting} ${name}`;
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  };

  const row = (name) => {
    const line = document.createElement("li"), bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.ariaLabel = line.textContent = `${sending} ${name} `;
    line.append(bar);
    find("sending").append(line);
    return { line, bar };
  };

  // The list as the server knows it, without leaving the page: what failed stays in sight.
  const refresh = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    find("files").replaceWith(page.getElementById("files"));
    [...find("files").querySelectorAll("button")].pop()?.focus();
  };

  const all = async () => {
    const files = [...input.files], ended = [];
    input.value = "";
    button.disabled = true;
    for (const file of files) {
      const { name } = file;
      const { line, bar } = row(name);
      told.textContent = `${sending} ${name}`;
      try {
        await send(name, await shrunk(file), (part) => { bar.value = part; });
        line.remove();
        ended.push(`${done} ${name}.`);
      } catch (error) {
        line.className = "error";
        ended.push(line.textContent = `${failed} ${name}. ${error.message}`);
      }
    }
    button.disabled = false;
    await refresh().catch(() => {});
    told.textContent = ended.join(" ");
  };

  input.addEventListener("change", all);
  form.addEventListener("submit", (event) => { event.preventDefault(); input.focus(); });
})();

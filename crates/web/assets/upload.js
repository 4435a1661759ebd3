// Sends each chosen file in parts (tus 1.0.0), through outages. Without it the form does.
(() => {
  const form = document.querySelector("form[data-uploads]");
  if (!form || !AbortSignal.timeout) return;
  const { uploads, kind, sending, waiting, done, failed } = form.dataset;
  const input = form.elements.file;
  const find = (id) => document.getElementById(id), told = find("told");
  const PART = 384 << 10, SIDE = 2500, SLOWEST = 8e3, HUNG = 9e4, GIVE_UP = 6e5;
  // The same words would be read out again.
  const tell = (words) => { if (told.textContent !== words) told.textContent = words; };
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  // Only when that makes it smaller, turned as taken.
  const shrunk = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = SIDE / Math.max(picture.width, picture.height);
      if (scale >= 1) return file;
      const wide = picture.width * scale, high = picture.height * scale;
      const canvas = new OffscreenCanvas(wide, high), pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, wide, high);
      pen.drawImage(picture, 0, 0, wide, high);
      const small = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
      return small.size < file.size ? small : file;
    } catch { return file; }
  };

  // Throws what may pass; other refusals are `final`. 404: it was forgotten.
  const ask = async (method, address, headers, body) => {
    const answer = await fetch(address, {
      method, body, signal: AbortSignal.timeout(HUNG), headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": form.elements.csrf.value, ...headers },
    });
    if (answer.ok || (answer.status === 404 && address !== uploads)) return answer;
    if (answer.status >= 500 || answer.status === 429) throw new Error();
    const { type = "", detail = "" } = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(detail), { final: !type.endsWith("/upload-offset") });
  };

  // After a failure HEAD says how far it came; an empty part asks for a missed answer.
  const send = async (name, body, shows, at) => {
    let address, offset, unsure, wait = 500, since = Date.now();
    for (;;) try {
      if (!address) {
        const about = `kind ${base64(kind)},filename ${base64(name)},waited ${base64(Date.now() - at)}`;
        const made = await ask("POST", uploads, { "Upload-Length": body.size, "Upload-Metadata": about });
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
      tell(`${waiting} ${name}`);
      await new Promise((go) => setTimeout(go, wait));
      wait = Math.min(wait * 2, SLOWEST);
    }
  };

  const row = (name) => {
    const line = document.createElement("li"), bar = document.createElement("progress");
    bar.ariaLabel = line.textContent = `${sending} ${name} `;
    line.append(bar);
    find("sending").append(line);
    return { line, bar };
  };

  // The server's list; failures stay in sight.
  const refresh = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    find("files").replaceWith(page.getElementById("files"));
  };

  const all = async (files, at) => {
    const ended = [];
    for (const file of files) {
      const { name } = file;
      const { line, bar } = row(name);
      const shows = (part) => {
        bar.value = part;
        tell(`${sending} ${name} ${Math.floor(part * 4) * 25} %`);
      };
      shows(0);
      try {
        await send(name, await shrunk(file), shows, at);
        line.remove();
        ended.push(`${done} ${name}.`);
      } catch (error) {
        line.className = "error";
        ended.push(line.textContent = `${failed} ${name}. ${error.message}`);
      }
    }
    await refresh().catch(() => {});
    tell(ended.join(" "));
  };

  // What is chosen meanwhile waits its turn.
  let turn = Promise.resolve();
  input.onchange = () => {
    const files = [...input.files], at = Date.now();
    input.value = "";
    turn = turn.then(() => all(files, at));
  };
  // What is chosen leaves: nothing to press, nothing to show but our own words.
  form.className = "sends";
  form.onsubmit = () => false;
})();

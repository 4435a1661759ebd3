# Two steps: build, then a small image that runs as nobody in particular.
FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libssl-dev pkg-config && rm -rf /var/lib/apt/lists/*
WORKDIR /parvis
COPY . .
# Without the demo partners; with TLS to a PostgreSQL on another host.
RUN cargo build --release --locked --package server --no-default-features --features pg-tls

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libssl3 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/parvis --create-home parvis
COPY --from=build /parvis/target/release/parvis /usr/local/bin/parvis
USER parvis
WORKDIR /var/lib/parvis
EXPOSE 8080 9090
ENTRYPOINT ["parvis"]
CMD ["--help"]

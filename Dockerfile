# syntax=docker/dockerfile:1
#
# The server and its browser bundle, without shell or package manager, for a user without rights:
#
#   docker build --tag server .
#   docker build --tag server --build-arg FEATURES=otlp .          # instead of the default below
#   docker build --target files --output out .                     # the two alone, without an image
#
# How to run it: server/deploy/README.md.

# As in rust-toolchain.toml; a test compares them.
ARG RUST=1.95.0

FROM rust:${RUST}-bookworm AS sources
WORKDIR /source
COPY rust-toolchain.toml ./
RUN rustup target add wasm32-unknown-unknown
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY app app
COPY end2end end2end
COPY frontend frontend
COPY server server

# Compiled dependencies stay in the caches, which are no part of an image. The two stages are built at the same time, and a
# change of a style sheet leaves the program as it is.
FROM sources AS bundle
COPY public public
COPY style style
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target,id=target-bundle \
    cargo run --locked --release --package bundle --example release \
    && cp --recursive target/site /site

FROM sources AS program
# Cargo features of the server, several with commas.
# slim: postgres
ARG FEATURES=postgres
# slim: instead
# ARG FEATURES=""
# slim: end
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target,id=target-program \
    cargo build --locked --release --package server --no-default-features --features "$FEATURES" \
    && cp target/release/server /server \
    && mkdir /data

FROM scratch AS files
COPY --from=program /server /server
COPY --from=bundle /site /site

# glibc of the same Debian, certificate authorities, a user without rights, and nothing else.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=files /server /server
COPY --from=files /site /site
# For a volume with SQLite files. Nothing else is ever written: the root may be read-only.
COPY --from=program --chown=65532:65532 /data /data
ENV APP_ENV=production SITE_ADDR=0.0.0.0:3000 SITE_ROOT=/site
# By number: Kubernetes can tell then that it is not root.
USER 65532:65532
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/server", "healthcheck"]
ENTRYPOINT ["/server"]

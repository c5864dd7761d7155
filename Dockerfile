# bbb in a container: docker build --tag bbb . && docker run --volume "$PWD/runs:/results" bbb sweep --seeds 5 --dir /results/quick
# compose.yaml makes three hosts of it.

# First stage: all sources and tools. It builds the packages that npm would get.
FROM node:22-bookworm-slim AS build
WORKDIR /bbb
COPY . .
RUN npm ci --no-audit --no-fund
RUN node scripts/release/pack.mjs /tarballs && rm /tarballs/bbb-contract-*.tgz

# Second stage: the packages and their dependencies, installed as users do.
FROM node:22-bookworm-slim AS install
WORKDIR /app
COPY --from=build /tarballs /tarballs
RUN npm init --yes && npm install --no-audit --no-fund /tarballs/*.tgz

# Last stage: what runs. It has no sources of the workspace and no compilers, and runs as a user without rights.
FROM node:22-bookworm-slim
ENV NODE_ENV=production
COPY --from=install /app /app
RUN mkdir /results && chown node:node /results
USER node
WORKDIR /results
ENTRYPOINT ["node", "/app/node_modules/@bbb/cli/bin/bbb.js"]
CMD ["--help"]

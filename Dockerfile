# bbb in a container: docker build --tag bbb . && docker run --volume "$PWD/runs:/results" bbb sweep --seeds 5 --dir /results/quick
# compose.yaml makes three hosts of it.

# All sources and tools: builds the packages as npm would get them.
FROM node:22-bookworm-slim AS build
WORKDIR /bbb
COPY . .
RUN npm ci --no-audit --no-fund
RUN node scripts/release/pack.mjs /tarballs && rm /tarballs/bbb-contract-*.tgz

# The packages and what they depend on, installed as users do.
FROM node:22-bookworm-slim AS install
WORKDIR /app
COPY --from=build /tarballs /tarballs
RUN npm init --yes && npm install --no-audit --no-fund /tarballs/*.tgz

# What runs: no sources of the workspace, no compilers, no rights.
FROM node:22-bookworm-slim
ENV NODE_ENV=production
COPY --from=install /app /app
RUN mkdir /results && chown node:node /results
USER node
WORKDIR /results
ENTRYPOINT ["node", "/app/node_modules/@bbb/cli/bin/bbb.js"]
CMD ["--help"]

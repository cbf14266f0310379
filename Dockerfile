# Silo and API as images: `--target silo` and `--target api`; scripts/images does all of it. Bases and what is published can be exchanged, so that it also builds where no registry is.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
# Without a shell and a package manager. As the runtime's minor version moves, so does the tag: --pull brings its fixes.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
# What has the programs in /silo and /api, and an empty /data: the stage below, or an image of that name.
ARG PUBLISHED=build

# The SDK runs as the machine that builds, for whichever processor the image is.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
# Without a value of its own: one here would count more than the processor that was asked for.
ARG TARGETARCH
WORKDIR /source
# What decides about packages, alone: as long as it stays as it is, packages are not fetched again.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Process.props src/
COPY src/Grains.Interfaces/Grains.Interfaces.csproj src/Grains.Interfaces/
COPY src/Grains/Grains.csproj src/Grains/
COPY src/Orleans.Persistence.GroupCommit/Orleans.Persistence.GroupCommit.csproj src/Orleans.Persistence.GroupCommit/
COPY src/Orleans.Streams.RabbitMQ/Orleans.Streams.RabbitMQ.csproj src/Orleans.Streams.RabbitMQ/
COPY src/Silo/Silo.csproj src/Silo/
COPY src/WebApi/WebApi.csproj src/WebApi/
RUN dotnet restore src/WebApi -a $TARGETARCH -p:PublishReadyToRun=true
COPY . .
# Compiled ahead of time where it is published anyway (ADR 0018). No program beside the libraries: the entry point is dotnet.
RUN for program in Silo WebApi; do \
        dotnet publish src/$program -c Release -a $TARGETARCH --no-restore --self-contained false --nologo \
            -p:PublishReadyToRun=true -p:UseAppHost=false -p:PublishDocumentationFiles=false -o /published/$program || exit 1; \
    done && mv /published/Silo /silo && mv /published/WebApi /api && mkdir /data

FROM ${PUBLISHED} AS published

FROM ${RUNTIME_IMAGE} AS runtime
WORKDIR /app
# The only folder that is written to is /tmp. No diagnostic port: it would be a file there by which the process can be told what to do.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_RUNNING_IN_CONTAINER=true \
    TMPDIR=/tmp
ARG VERSION=0.0.0 REVISION= CREATED= SOURCE=
LABEL org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.created=${CREATED} \
      org.opencontainers.image.source=${SOURCE}

FROM runtime AS silo
LABEL org.opencontainers.image.title="Orleans.Shop silo" \
      org.opencontainers.image.description="Orders, stock and payments on Orleans: a silo of a cluster, and the command that upgrades its database."
# Of root: the user it runs as cannot change the program.
COPY --from=published --chown=0:0 /silo /app
# All of a silo's HTTP is management: health, metrics, dashboard.
ENV ASPNETCORE_URLS=http://+:8081
EXPOSE 8081 11111 30000
USER 1654:1654
ENTRYPOINT ["dotnet", "/app/Shop.Silo.dll"]

FROM runtime AS api
LABEL org.opencontainers.image.title="Orleans.Shop API" \
      org.opencontainers.image.description="A shop over HTTP: all of it in one process, or as a client of silos."
COPY --from=published --chown=0:0 /api /app
COPY --from=published --chown=1654:1654 /data /data
ENV ASPNETCORE_URLS=http://+:8080 \
    Shop__ManagementUrls=http://+:8081 \
    Shop__DataDirectory=/data
EXPOSE 8080 8081
# Of a shop in one process: its books.
VOLUME /data
USER 1654:1654
ENTRYPOINT ["dotnet", "/app/Shop.WebApi.dll"]

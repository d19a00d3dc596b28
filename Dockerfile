# The service alone, with the locked packages. Its steps are the make targets that the tests run.
# Build: docker build -t denyut .        Run: see compose.yaml

FROM python:3.13-bookworm AS build
WORKDIR /src
COPY Makefile ./
COPY requirements requirements
RUN make packages VENV=/opt/denyut
COPY pyproject.toml README.md LICENSE hatch_build.py ./
COPY api api
COPY denyut denyut
COPY mobile_contract mobile_contract
COPY models models
COPY notifications notifications
COPY realtime realtime
COPY web web
RUN make install-service VENV=/opt/denyut

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home denyut
COPY --from=build /opt/denyut /opt/denyut
ENV PATH=/opt/denyut/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DENYUT_HOST=0.0.0.0 \
    DENYUT_PORT=8000
USER 10001:10001
EXPOSE 8000
# Ready means: the database answers and its migrations are in; a lost Redis is no reason to stop.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/ready', timeout=2)"]
CMD ["denyut", "serve"]

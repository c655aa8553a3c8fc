FROM python:3.13-slim

# The sources belong to root: what is compiled for the planner needs a place of its own.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data NUMBA_CACHE_DIR=/var/cache/visita
WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY manage.py ./
COPY maps maps
COPY scheduling scheduling
COPY dispatch dispatch
COPY mobile_api mobile_api
RUN python manage.py messages --compile \
    && useradd --system --uid 10001 visita \
    && install -d -o visita -g visita /data /data/static /var/cache/visita
USER visita
# For this machine's processor: on another kind the worker compiles anew at its start.
RUN python manage.py compile_planner
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["uvicorn", "dispatch.config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", \
     "--timeout-graceful-shutdown", "3", "--proxy-headers"]

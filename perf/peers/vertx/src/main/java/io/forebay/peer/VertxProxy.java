package io.forebay.peer;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.httpproxy.HttpProxy;
import java.util.concurrent.TimeUnit;

/// A reverse proxy as the manual of Vert.x has it, on one event loop. Arguments: its port, the origin's.
public final class VertxProxy {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int CONNECTIONS = 512;

    private VertxProxy() {}

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAliveTimeout(600), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        vertx.createHttpServer(new HttpServerOptions().setHost(LOOPBACK).setPort(Integer.parseInt(args[0])))
                .requestHandler(HttpProxy.reverseProxy(client).origin(Integer.parseInt(args[1]), LOOPBACK))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}

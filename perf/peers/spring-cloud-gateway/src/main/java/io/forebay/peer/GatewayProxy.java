package io.forebay.peer;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/// Spring Cloud Gateway with one route, on one event loop. Arguments: its port, the origin's.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class GatewayProxy {
    public static void main(String[] args) {
        System.setProperty("reactor.netty.ioWorkerCount", "1");
        SpringApplication application = new SpringApplication(GatewayProxy.class);
        application.setDefaultProperties(Map.of(
                "server.address", "127.0.0.1",
                "server.port", args[0],
                "origin.port", args[1],
                "spring.cloud.gateway.server.webflux.httpclient.pool.type", "fixed",
                "spring.cloud.gateway.server.webflux.httpclient.pool.max-connections", "512"));
        application.run();
    }

    @Bean
    RouteLocator routes(RouteLocatorBuilder builder, Environment environment) {
        String origin = "http://127.0.0.1:" + environment.getRequiredProperty("origin.port");
        return builder.routes()
                .route("origin", route -> route.path("/**").uri(origin))
                .build();
    }
}

package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.GatewayUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/// Jobs that nobody works off, open to whoever knows their URL: what a container is asked to keep.
final class WaitingJobs {
    private WaitingJobs() {}

    /// Into `policy` of the folder, for every user to read.
    static void writePolicy(Path folder, int port) throws IOException {
        GatewayUnderTest.policyFile(folder, "policy.yaml", policy(port));
        Packages.run(10, "chmod", "-R", "a+rX", folder.resolve("policy").toString());
    }

    /// Has a job accepted.
    ///
    /// @return its path
    static String submit(HttpClient client, int port) throws IOException, InterruptedException {
        HttpRequest submit = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/jobs"))
                .POST(HttpRequest.BodyPublishers.ofString("work"))
                .build();
        HttpResponse<String> accepted = client.send(submit, HttpResponse.BodyHandlers.ofString());
        assertThat(accepted.statusCode()).isEqualTo(202);
        return accepted.headers().firstValue("location").orElseThrow();
    }

    private static String policy(int port) {
        return """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {gatewayClassName: forebay, listeners: [{name: http, port: %d, protocol: HTTP}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: jobs}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: all
                matches: [{path: {type: PathPrefix, value: /jobs}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: nobody}]
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Backend
            metadata: {name: nobody}
            spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9}}]}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: OffloadPolicy
            metadata: {name: jobs}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: jobs, sectionName: all}]
              queue: work
              clients: any
              when: [{always: {}}]
              anonymous: capability
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Queue
            metadata: {name: work}
            spec:
              workers: pull
              permissions: [{verbs: [lease], principal: {clientCertificate: {spiffe: [{type: Prefix, value: "spiffe://nobody/"}]}}}]
            """.formatted(port);
    }
}

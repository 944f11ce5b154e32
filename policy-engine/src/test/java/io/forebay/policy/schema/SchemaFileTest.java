package io.forebay.policy.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a schema file may not say, and where it is told.
class SchemaFileTest {
    private static List<String> faults(String json) {
        SchemaFile.Reading reading = SchemaFile.read(json);
        assertThat(reading.schema() == null).isEqualTo(reading.faults().stream().anyMatch(SchemaFault::isError));
        return reading.faults().stream().map(SchemaFault::text).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                              | is no JSON
            {'type':'object','type':'array'}               | has a name twice
            ``                                             | is empty
            {'type':'objekt'}                              | #/type: is no JSON Schema 2020-12
            {'properties':{'a':{'minimum':'x'}}}           | 1:31: #/properties/a/minimum: is no JSON Schema 2020-12
            {'items':[{}]}                                 | #/items: is no JSON Schema 2020-12
            {'$schema':'http://json-schema.org/draft-07/schema#'} | #/$schema: the schema is of another dialect
            {'properties':{'a b':{'$id':'x'}}}             | #/properties/a%20b/$id: a schema within the schema has an $id
            {'$ref':'https://other.example/x.json'}        | #/$ref: the reference leads out of the file, and no other is fetched
            {'$ref':'other.json#/$defs/a'}                 | #/$ref: the reference leads out of the file
            {'$ref':'#name'}                               | #/$ref: the reference is not of a form that is read
            {'$ref':'#/$defs/a%2Fb'}                       | #/$ref: the reference is not of a form that is read
            {'$ref':'#/$defs/a'}                           | #/$ref: the reference leads to no schema
            {'$ref':'#/examples/0','examples':[{}]}        | #/$ref: the reference leads to no schema
            {'$anchor':'a'}                                | #/$anchor: $anchor is not supported
            {'$dynamicRef':'#a'}                           | #/$dynamicRef: $dynamicRef is not supported
            {'$ref':'#'}                                   | #: the schema refers to itself for the same value
            {'anyOf':[{'$ref':'#/$defs/a'}],'$defs':{'a':{'not':{'$ref':'#/$defs/a'}}}} | the schema refers to itself for the same value
            {'pattern':'(?=a)b'}                           | #/pattern: RE2 does not take the pattern
            {'pattern':'(a)\\\\1'}                         | #/pattern: RE2 does not take the pattern
            {'patternProperties':{'(':true}}               | #/patternProperties/(: RE2 does not take the pattern
            {'pattern':'((a{1,30}){1,30}){1,2}'}           | #/pattern: the pattern is too costly
            {'requird':['a']}                              | #/requird: "requird" is no keyword of JSON Schema 2020-12 and says nothing
            """)
    void isTold(String json, String fault) {
        assertThat(faults(json.replace('\'', '"')))
                .anySatisfy(text -> assertThat(text).contains(fault));
    }

    @Test
    void thePlaceIsThatInTheFile() {
        assertThat(faults("""
                {
                  "type": "object",
                  "properties": {
                    "a": {"$ref": "b.json"}
                  }
                }"""))
                .containsExactly(
                        "4:19: #/properties/a/$ref: the reference leads out of the file, and no other is fetched");
    }

    @Test
    void whatJustLooksDangerousIsTaken() {
        assertThat(faults("""
                {"$id": "https://shop.example/report", "$schema": "https://json-schema.org/draft/2020-12/schema",
                 "title": "t", "format": "date", "properties": {"next": {"$ref": "#"}, "$ref": {"type": "string"},
                 "items": {"items": {"$ref": "#/$defs/list/items"}}},
                 "$defs": {"list": {"items": {"type": "array", "items": {"$ref": "#/$defs/list/items"}}}},
                 "pattern": "^(a+)+$"}""")).isEmpty();
    }

    @Test
    void aFileOfManyFaultsOrManySchemasIsToldOfInTime() {
        StringBuilder keywords = new StringBuilder("{\"type\": \"object\"");
        StringBuilder chain = new StringBuilder("{\"$ref\": \"#/$defs/d0\", \"$defs\": {\"d9000\": true");
        for (int i = 0; i < 9_000; i++) {
            keywords.append(", \"k").append(i).append("\": 1");
            chain.append(", \"d")
                    .append(i)
                    .append("\": {\"$ref\": \"#/$defs/d")
                    .append(i + 1)
                    .append("\"}");
        }
        assertThat(faults(keywords + "}")).hasSize(50);
        // It may be too far for the thread's stack or not; it must not be an error of the gateway's.
        assertThat(SchemaFile.read(chain + "}}").faults()).hasSizeLessThanOrEqualTo(1);
        assertThat(faults("{\"$defs\": {\"a\": {\"prefixItems\": [" + "{},".repeat(10_000) + "{}]}}}"))
                .singleElement()
                .asString()
                .contains("more than 10000 schemas");
    }
}

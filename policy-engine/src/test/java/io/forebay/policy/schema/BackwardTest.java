package io.forebay.policy.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which later versions are shown to take what the earlier took.
class BackwardTest {
    private static SchemaFile file(String json) {
        SchemaFile file = SchemaFile.read(json.replace('\'', '"')).schema();
        assertThat(file).as(json).isNotNull();
        return java.util.Objects.requireNonNull(file);
    }

    private static @Nullable Incompatibility between(String earlier, String later) {
        return Backward.between(file(earlier), file(later));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type':'object'}                          | true
            false                                      | {'type':'object'}
            {'type':'integer'}                         | {'type':'number'}
            {'type':'integer'}                         | {'type':['string','number']}
            {'minimum':3}                              | {'minimum':2}
            {'exclusiveMinimum':3}                     | {'minimum':3}
            {'minimum':3}                              | {'exclusiveMinimum':2.5}
            {'exclusiveMaximum':3}                     | {'exclusiveMaximum':3}
            {'type':'string','maxLength':3}            | {'type':'string','maxLength':4,'minimum':7}
            {'multipleOf':6}                           | {'multipleOf':3}
            {'type':'integer'}                         | {'multipleOf':0.5}
            {'pattern':'^a'}                           | {'pattern':'^a'}
            {'enum':[1,'a']}                           | {'enum':['a',2,1.0]}
            {'const':'a'}                              | {'enum':['b','a']}
            {'enum':['a']}                             | {'type':'string'}
            {'required':['a','b']}                     | {'required':['b']}
            {'dependentRequired':{'a':['b']}}          | {'dependentRequired':{'a':['b']}}
            {'type':'object','required':['b']}         | {'dependentRequired':{'a':['b']}}
            {'additionalProperties':false}             | {'additionalProperties':true}
            {'additionalProperties':false}             | {'properties':{'a':{'type':'string'}},'additionalProperties':false}
            {'additionalProperties':{'type':'string'}} | {'properties':{'a':{'type':['string','null']}}}
            {'properties':{'a':{'type':'string'}}}     | {'properties':{'a':true,'b':{}}}
            {'properties':{'a':{'minimum':2}}}         | {'properties':{'a':{'minimum':1}}}
            {'patternProperties':{'^x':{'minimum':2}},'additionalProperties':false} | {'properties':{'xa':{'minimum':1}},'patternProperties':{'^x':{'minimum':1}},'additionalProperties':false}
            {'items':{'maximum':2}}                    | {'items':{'maximum':3}}
            {'prefixItems':[{'maximum':2}],'items':false} | {'items':{'maximum':3}}
            {'type':'array','maxItems':1,'items':{'maximum':2}} | {'prefixItems':[{'maximum':3}],'items':false}
            {'type':'string'}                          | {'anyOf':[{'type':'null'},{'type':'string'}]}
            {'anyOf':[{'type':'null'},{'maximum':1}]}  | {'anyOf':[{'maximum':2},{'type':['null','string']}]}
            {'allOf':[{'minimum':2},{'maximum':3}]}    | {'minimum':1,'maximum':4}
            {'$ref':'#/$defs/a','$defs':{'a':{'minimum':2}}} | {'minimum':1}
            {'minimum':2}                              | {'$ref':'#/$defs/a','$defs':{'a':{'minimum':1}}}
            {'properties':{'next':{'$ref':'#'},'v':{'maximum':1}},'additionalProperties':false} | {'properties':{'next':{'$ref':'#'},'v':{'maximum':2}},'additionalProperties':false}
            {'if':{'$ref':'#/$defs/a'},'then':false,'$defs':{'a':{'minimum':2}}} | {'title':'x','if':{'$ref':'#/$defs/a'},'then':false,'$defs':{'a':{'minimum':2}}}
            {'propertyNames':{'maxLength':3}}          | {'propertyNames':{'maxLength':4}}
            {'type':'object','properties':{'a':true},'unevaluatedProperties':false} | {'type':'object','properties':{'a':true}}
            """)
    void isShown(String earlier, String later) {
        assertThat(between(earlier, later)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            true                                       | {'type':'object'}                  | #/type
            {'type':'object'}                          | false                              | #
            {'type':'number'}                          | {'type':'integer'}                 | #/type
            {'minimum':3}                              | {'minimum':4}                      | #/minimum
            {'minimum':3}                              | {'exclusiveMinimum':3}             | #/exclusiveMinimum
            {'type':'integer'}                         | {'maximum':3}                      | #/maximum
            {'multipleOf':3}                           | {'multipleOf':6}                   | #/multipleOf
            {'type':'number'}                          | {'multipleOf':0.5}                 | #/multipleOf
            {'pattern':'^a'}                           | {'pattern':'^b'}                   | #/pattern
            {'enum':[1,2]}                             | {'enum':[1]}                       | #/enum
            {'type':'string'}                          | {'const':'a'}                      | #/const
            {'type':'array'}                           | {'uniqueItems':true}               | #/uniqueItems
            {'required':['a']}                         | {'required':['a','b']}             | #/required
            {'properties':{'a':true}}                  | {'properties':{'a':true},'additionalProperties':false} | #/additionalProperties
            {'properties':{'a':true},'additionalProperties':false} | {'additionalProperties':false} | #/additionalProperties
            {'type':'object'}                          | {'properties':{'a':{'type':'string'}}} | #/properties/a/type
            {'additionalProperties':{'type':'number'}} | {'properties':{'a':{'type':'string'}}} | #/properties/a/type
            {'patternProperties':{'^x':true}}          | {'patternProperties':{'^y':{'type':'string'}}} | #/patternProperties/%5Ey/type
            {'patternProperties':{'^x':true},'additionalProperties':false} | {'additionalProperties':false} | #/additionalProperties
            {'items':{'maximum':2}}                    | {'prefixItems':[{'maximum':1}]}    | #/prefixItems/0/maximum
            {'prefixItems':[true],'items':{'maximum':2}} | {'items':{'maximum':3}}          | #/items/maximum
            {'oneOf':[{'type':'null'}]}                | {'oneOf':[{'type':'null'},{'type':'string'}]} | #/oneOf
            {'not':{'minimum':1}}                      | {'not':{'minimum':0}}              | #/not
            {'not':{'$ref':'#/$defs/a'},'$defs':{'a':{'minimum':1}}} | {'not':{'$ref':'#/$defs/a'},'$defs':{'a':{'minimum':0}}} | #/not
            {'properties':{'a':true},'unevaluatedProperties':false} | {'properties':{'b':true},'unevaluatedProperties':false} | #/unevaluatedProperties
            {'properties':{'next':{'$ref':'#'},'v':{'maximum':2}}} | {'properties':{'next':{'$ref':'#'},'v':{'maximum':1}}} | #/properties/v/maximum
            """)
    void isNotShown(String earlier, String later, String pointer) {
        Incompatibility found = between(earlier, later);
        assertThat(found).isNotNull();
        assertThat(java.util.Objects.requireNonNull(found).later()).isEqualTo(pointer);
        assertThat(found.expected()).isNotEmpty();
    }

    /// A pair that was taken for compatible while another was looked at must not stay so when that one fails.
    @Test
    void whatWasShownByAnErrorIsNotShown() {
        String earlier = """
                {'$defs':{'a':{'properties':{'n':{'$ref':'#/$defs/a'}}}},
                 'properties':{'x':{'$ref':'#/$defs/a'},'y':{'$ref':'#/$defs/a'}}}""";
        String later = """
                {'$defs':{'a':{'properties':{'n':{'$ref':'#/$defs/a'},'z':{'type':'null'}}}},
                 'properties':{'x':{'anyOf':[{'$ref':'#/$defs/a'},true]},'y':{'$ref':'#/$defs/a'}}}""";
        Incompatibility found = between(earlier, later);
        assertThat(found).isNotNull();
        assertThat(java.util.Objects.requireNonNull(found).later()).isEqualTo("#/$defs/a/properties/z/type");
    }

    /// Each level refers twice to the next.
    @Test
    void schemasThatUnfoldWithoutEndAreGivenUp() {
        StringBuilder defs = new StringBuilder("'d60':{'minimum':@}");
        for (int i = 0; i < 60; i++) {
            String next = "{'$ref':'#/$defs/d" + (i + 1) + "'}";
            defs.append(",'d")
                    .append(i)
                    .append("':{'allOf':[")
                    .append(next)
                    .append(',')
                    .append(next)
                    .append("]}");
        }
        String schema = "{'$ref':'#/$defs/d0','$defs':{" + defs + "}}";
        Incompatibility found = between(schema.replace('@', '1'), schema.replace('@', '0'));
        assertThat(found).isNotNull();
        assertThat(java.util.Objects.requireNonNull(found).found()).contains("too long to compare");
    }
}

# One answer a line, in order, with the id of its request.
$ printf '%s\n' '{"id":1,"command":"search","query":"cuidadores","facets":[]}' '{"id":"b","query":"julio","limit":1}' | fichas-searcher batch | jq -c '[.id, .total, .hits[0].municipality, (.facets | keys)]'
[1,1,"Viña del Mar",[]]
["b",2,"Macul",["municipality","population","sello"]]

$ echo '{"id":7,"command":"search","query":"","filters":{"sello":["formacion"],"year":["2023"]},"in":null,"limit":"all"}' | fichas-searcher batch | jq -c '[.id, .filters, [.hits[].municipality]]'
[7,{"sello":["formacion"],"year":["2023"]},["Viña del Mar","Maipú"]]

$ echo '{"id":2,"command":"lessons","query":"diagnóstico","no_synonyms":true}' | fichas-searcher batch | jq -c '[.id, .hits[0].snippets[0].field]'
[2,"lessons"]

$ echo '{"id":3,"command":"show","ids":["macul-red-solidaria-local","x"]}' | fichas-searcher batch | jq -c '[.id, .records[0].title, .missing]'
[3,"Red Solidaria Local",["x"]]

$ echo '{"id":4,"command":"compare","ids":["macul-red-solidaria-local","lo-espejo-mesas-migrantes"]}' | fichas-searcher batch | jq -c '[.id, .ids, .in_common]'
[4,["macul-red-solidaria-local","lo-espejo-mesas-migrantes"],{"sello":["vinculacion"],"population":[]}]

$ echo '{"id":5,"command":"similar","text":"mesa de migrantes con organizaciones","limit":1}' | fichas-searcher batch | jq -c '[.id, .hits[0].municipality]'
[5,"Lo Espejo"]

$ echo '{"id":6,"command":"facets","query":"","facet":"status"}' | fichas-searcher batch | jq -c '[.id, .facets]'
[6,{"status":[{"value":"vigente","label":"Vigente","count":9,"selected":false},{"value":"no-declarada","label":"No declarada","count":1,"selected":false}]}]

$ echo '{"id":8,"command":"suggest","prefix":"intercul"}' | fichas-searcher batch | jq -c '[.id, .completions[0].text]'
[8,"interculturalidad"]

# Bad requests: each its error, and the stream goes on.
$ printf '%s\n' '{"id":1' '[]' '{"id":2,"command":"nada"}' '{"id":3,"quary":"x"}' '{"id":4,"query":5}' '{"id":5,"query":"aa* bb* cc* dd* ee*"}' '{"id":6,"filters":{"sello":["x"]}}' '{"id":7,"limit":-1}' '{"id":8,"command":"show","ids":"x"}' '{"id":9,"command":"similar","ids":["x"]}' '{"id":10,"id":11}' '{"id":12,"exact":"yes"}' '' '{"id":13,"query":"cuidadores"}' | fichas-searcher batch | jq -c 'if .error then [.id, .error.code, .error.column] else [.id, .total] end'
[null,"json",7]
[null,"json",1]
[2,"usage",null]
[3,"usage",null]
[4,"usage",null]
[5,"usage",17]
[6,"usage",null]
[7,"usage",null]
[8,"usage",null]
[9,"not_found",null]
[null,"json",13]
[12,"usage",null]
[13,1]

$ echo '{"id":1,"query":"cuidadores"}' | fichas-searcher batch > $TMP/answer; echo $?
0

$ echo nada | fichas-searcher batch > $TMP/answer
[1]

# A NUL, bytes that are no UTF-8.
$ echo '{"id":1,"query":"cuida\u0000dores"}' | fichas-searcher batch | jq -c '[.id, .error.code // .total]'
[1,0]

$ printf '{"id":2,"query":"cuidadores\377"}\n' | fichas-searcher batch | jq -c '[.id, .error.code]'
[null,"json"]

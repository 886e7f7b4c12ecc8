# The query language: fichas-query(7).  Here without synonyms, names and repair.

$ fichas-searcher search --format=ids --no-synonyms --no-typos -- -migrantes
la-reina-jornadas-asesoria-revalidacion-reconocimiento
los-andes-diagnostico-comunal-nna-movilidad
hualqui-proyecto-migraudec-trabajo-social

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'NOT migrantes'
la-reina-jornadas-asesoria-revalidacion-reconocimiento
los-andes-diagnostico-comunal-nna-movilidad
hualqui-proyecto-migraudec-trabajo-social

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'migrantes NO refugiados' | sort
concepcion-formar-lideres-cambio
macul-red-solidaria-local
maipu-programa-sensibilizacion-migratoria-interculturalidad

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'julio OR cuidadores' | sort
la-reina-jornadas-asesoria-revalidacion-reconocimiento
macul-red-solidaria-local
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'julio O cuidadores' | sort
la-reina-jornadas-asesoria-revalidacion-reconocimiento
macul-red-solidaria-local
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'mesa Y niñez' | sort
lo-espejo-mesas-migrantes
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'mesa NOT (niñez OR comunal)'
! without mesa there would be 6 fichas
! without -comunal there would be 2 fichas
[1]

$ fichas-searcher search --format=ids --no-synonyms --no-typos '"mesa de convivencia"'
temuco-mesa-convivencia-educacion-intercultural

$ fichas-searcher search --format=ids --no-synonyms --no-typos '"convivencia de mesa"'
! nothing was found
[1]

$ fichas-searcher search --format=ids --no-synonyms --no-typos '"convivencia mesa"~5'
temuco-mesa-convivencia-educacion-intercultural

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'titulo:mesa' | sort
lo-espejo-mesas-migrantes
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'título:(mesa OR red)' | sort
lo-espejo-mesas-migrantes
macul-red-solidaria-local
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'aprendizajes:"agentes clave"'
concepcion-formar-lideres-cambio

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'sello:formacion -municipio:maipu' | sort
concepcion-formar-lideres-cambio
lo-espejo-mesas-migrantes
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'año:2018'
macul-red-solidaria-local

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'municipio:"viña del mar" OR region:"La Araucanía"'
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'xenofob*'
maipu-programa-sensibilizacion-migratoria-interculturalidad

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'xenofovia~'
maipu-programa-sensibilizacion-migratoria-interculturalidad

# A typed n reaches ñ.
$ fichas-searcher search --format=ids --no-synonyms --no-typos 'ninez' | sort
lo-espejo-mesas-migrantes
vina-del-mar-escuela-educacion-intercultural-mesa

# Nothing that is typed by accident is an error.
$ fichas-searcher search --format=ids --no-synonyms --no-typos '"cuidadores'
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos '((cuidadores'
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'cuidadores))'
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'cuidadores AND'
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'cuidadores : / - +'
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'cuidadoras/es'
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms --no-typos '21.325'
concepcion-formar-lideres-cambio

$ fichas-searcher search --format=ids --no-synonyms --no-typos --limit=1 '???'
la-reina-jornadas-asesoria-revalidacion-reconocimiento

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'región:atlántida' 
! region:atlántida: no such region; the regions are: arica-y-parinacota, tarapaca, antofagasta, atacama, coquimbo, valparaiso, metropolitana-de-santiago, libertador-general-bernardo-ohiggins, maule, nuble, biobio, la-araucania, los-rios, los-lagos, aysen-del-general-carlos-ibanez-del-campo, magallanes-y-de-la-antartica-chilena; searched as words
! no ficha has "región"
! no ficha has "atlántida"
[1]

$ fichas-searcher search --format=ids --no-synonyms --no-typos 'x*'
! x*: a prefix has 2 letters or more; searched as a word
! no ficha has "x"
[1]

# Limits: the column and the remedy.
$ fichas-searcher search 'aa* bb* cc* dd* ee*'
! fichas-searcher: more than 4 prefixes (word*); write some of the words in full
! column 17 of: aa* bb* cc* dd* ee*
[2]

$ fichas-searcher search '"mesa red"~101'
! fichas-searcher: "..."~101: the greatest distance is 100 words
! column 1 of: "mesa red"~101
[2]

$ fichas-searcher search "$(printf '%1100s' x | tr ' ' a)"
! fichas-searcher: the query is longer than 1024 bytes; shorten it
[2]

$ fichas-searcher search '(((((((((((((((((mesa)))))))))))))))))'
! fichas-searcher: more than 16 groups inside one another; take brackets away
! column 17 of: (((((((((((((((((mesa)))))))))))))))))
[2]

$ fichas-searcher search "$(seq -s ' ' 101 165)"
! fichas-searcher: more than 64 words; shorten the query
! column 257 of: 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147 148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165
[2]

$ fichas-searcher search "\"$(seq -s ' ' 101 133)\""
! fichas-searcher: a phrase of more than 32 words; take the quotes away or shorten it
! column 1 of: "101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133"
[2]

# A query that begins with a minus needs --.
$ fichas-searcher search -migrantes
! fichas-searcher: --municipality=igrantes: no such municipality, nor one like it; facets --facet=municipality lists those of the index
[2]

# What is missing, and what else has some of it.
$ fichas-searcher search --no-synonyms --no-typos --format=json 'donaciones mesa niñez' | jq -c '[.match, .total, [.notices[].code], (.hits[] | [.municipality, .missing])]'
["partial",5,["partial_match"],["Viña del Mar",["donaciones"]],["Lo Espejo",["donaciones"]],["Macul",["mesa","niñez"]],["Temuco",["donaciones","niñez"]],["Los Andes",["donaciones","niñez"]]]

$ fichas-searcher search --no-synonyms --no-typos --format=json --match=all 'donaciones mesa niñez' | jq -c '[.match, .total, .notices]'
["all",0,[{"code":"drop_word","message":"without donaciones there would be 2 fichas","word":"donaciones","count":2}]]

$ fichas-searcher search --no-synonyms --no-typos --format=json 'mesa niñez' | jq -c '[.match, .total, [.hits[].municipality], [.related[] | [.municipality, .missing]]]'
["all",2,["Viña del Mar","Lo Espejo"],[["Temuco",["niñez"]],["Los Andes",["niñez"]]]]

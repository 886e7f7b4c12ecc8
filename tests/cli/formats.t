$ fichas-searcher search --no-synonyms --format=json --limit=1 --facets=sello '"agentes clave" brochure' | jq -S . | head -70
{
  "elapsed_ms": 0,
  "expansions": [],
  "facets": {
    "sello": [
      {
        "count": 1,
        "label": "Estrategias formativas",
        "selected": false,
        "value": "formacion"
      },
      {
        "count": 1,
        "label": "Vinculación comunitaria",
        "selected": false,
        "value": "vinculacion"
      }
    ]
  },
  "filters": {},
  "format_version": 1,
  "hits": [
    {
      "cut_code": "08101",
      "date_end": "2024-11",
      "date_start": "2024-10",
      "id": "concepcion-formar-lideres-cambio",
      "missing": [
        "brochure"
      ],
      "municipality": "Concepción",
      "ongoing": false,
      "population_groups": [
        "dirigentes-agentes-clave",
        "personas-migrantes"
      ],
      "rank": 1,
      "region": "Biobío",
      "score": 0,
      "sello_lines": [
        "vinculacion",
        "formacion"
      ],
      "snippets": [
        {
          "field": "description",
          "highlights": [
            [
              98,
              105
            ],
            [
              106,
              111
            ]
          ],
          "line": 440,
          "text": "La iniciativa “Formar líderes para el cambio” considera cuatro módulos diseñados para capacitar a agentes clave de Concepción, con el fin de que puedan sensibilizar y educar a la población sobre temas vinculados a movilidad humana."
        }
      ],
      "source": {
        "line_end": 456,
        "line_start": 396,
        "path": "fichas-buenas-practicas-2024.md"
      },
      "title": "Formar Líderes para el Cambio"
    }
  ],
  "limit": 1,
  "match": "partial",

$ fichas-searcher search --no-synonyms --format=jsonl --limit=2 julio | jq -c 'if .summary then .summary.total else [.rank, .municipality] end'
[1,"Macul"]
[2,"La Reina"]
2

$ fichas-searcher search --no-synonyms --format=csv julio | cut -d, -f1,2,5,6 | tr -d '\r'
rank,id,municipalities,cut_code
1,macul-red-solidaria-local,Macul,13118
2,la-reina-jornadas-asesoria-revalidacion-reconocimiento,La Reina,13113

$ fichas-searcher search --no-synonyms --format=tsv julio | cut -f1,2,5,6
rank	id	municipalities	cut_code
1	macul-red-solidaria-local	Macul	13118
2	la-reina-jornadas-asesoria-revalidacion-reconocimiento	La Reina	13113

$ fichas-searcher search --no-synonyms --format=csv --bom --limit=0 julio | head -c 3 | od -An -tx1
 ef bb bf

$ fichas-searcher facets --facet=region --format=csv | tr -d '\r'
facet,value,label,count
region,metropolitana-de-santiago,Metropolitana de Santiago,4
region,biobio,Biobío,2
region,valparaiso,Valparaíso,2
region,coquimbo,Coquimbo,1
region,la-araucania,La Araucanía,1

$ fichas-searcher search --no-synonyms --explain --format=json 'ley 21.325' | jq -c '.hits[0].explain[] | del(.weight)'
{"word":"ley","term":"ley","kind":"stem","field":"description","times":2}
{"word":"21.325","term":"21.325","kind":"form","field":"description","times":1}

$ fichas-searcher search --no-synonyms --explain --facets=none 'ley -julio' | tail -1
Run as: (ley + =ley*0.3) NOT (juli + =julio*0.3)

# Where nothing was found, JSON still says why.
$ fichas-searcher search --no-synonyms --format=json ACNUR | jq -c '[.total, .suggestion, .notices]'
[0,null,[{"code":"unknown_word","message":"no ficha has \"ACNUR\"","word":"ACNUR"}]]

$ fichas-searcher search --no-synonyms --format=json -s formacion -m temuco '' | jq -c '[.total, .filters, .notices]'
[0,{"municipality":["temuco"],"sello":["formacion"]},[{"code":"drop_filter","message":"without --municipality there would be 4 fichas","word":"municipality","count":4},{"code":"drop_filter","message":"without --sello there would be 1 ficha","word":"sello","count":1}]]

"""The plain script that people would write: csv, jinja2, json. python3 plain.py ROWS.csv COUNT OUT"""
import csv, json, sys, time
from jinja2 import Template

user = Template(
    'Write a description for the product "{{ product }}" in the category {{ category }}.\nKey features:\n- {{ feature1 }}\n- {{ feature2 }}\nPrice: ${{ price }}'
)
assistant = Template(
    "Meet the {{ product }}, a great pick in {{ category }}. It offers {{ feature1 }} and {{ feature2 }}, so it fits right into your day. At only ${{ price }} it is easy to recommend to anyone who wants something practical that lasts.{% if feature2 %} Order today.{% endif %}"
)
system = "You are a product copywriter for an online store. Write a short, honest description. Never invent features. Answer in plain English."
start = time.perf_counter()
with open(sys.argv[1], newline="", encoding="utf-8") as rows, open(sys.argv[3], "w", encoding="utf-8") as out:
    for number, row in enumerate(csv.DictReader(rows)):
        if number == int(sys.argv[2]):
            break
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": user.render(row)},
            {"role": "assistant", "content": assistant.render(row)},
        ]
        out.write(json.dumps({"messages": messages}, ensure_ascii=False) + "\n")
print(json.dumps({"seconds": time.perf_counter() - start}))
